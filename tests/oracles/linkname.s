// Functions without a body (funcs.go) need a file in assembly beside them, even an empty one.
