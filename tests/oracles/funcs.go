package main

import (
	"fmt"
	"reflect"
	"strings"
	"text/template"
	_ "unsafe" // for go:linkname: Helm keeps its function map to itself

	_ "helm.sh/helm/v3/pkg/engine"
	_ "helm.sh/helm/v4/pkg/engine"
)

//go:linkname helm4Functions helm.sh/helm/v4/pkg/engine.funcMap
func helm4Functions() template.FuncMap

//go:linkname helm3Functions helm.sh/helm/v3/pkg/engine.funcMap
func helm3Functions() template.FuncMap

// The functions that templates call, by name, with typed arguments.
func init() {
	maps := map[string]template.FuncMap{"4": helm4Functions(), "3": helm3Functions()}
	// dialect -> a line for each function: its name and its type
	ops["funcs.list"] = func(p []byte) ([]byte, error) {
		var lines []string
		for _, name := range sortedKeys(maps[string(p)]) {
			lines = append(lines, name+" "+reflect.TypeOf(maps[string(p)][name]).String())
		}
		return []byte(strings.Join(lines, "\n")), nil
	}
	// dialect, name, arguments -> result, then the arguments as the call left them
	ops["funcs.call"] = func(p []byte) ([]byte, error) {
		a := args(p)
		values := make([]any, len(a)-2)
		for i, text := range a[2:] {
			values[i] = decodeValue([]byte(text))
		}
		result, err := callFunction(reflect.ValueOf(maps[a[0]][a[1]]), values)
		if err != nil {
			return nil, err
		}
		texts := []string{string(encodeValue(result))}
		for _, v := range values {
			texts = append(texts, string(encodeValue(v)))
		}
		return join(texts...), nil
	}
}

// callFunction is text/template's safeCall.
func callFunction(fn reflect.Value, values []any) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(error); ok {
				err = e
			} else {
				err = fmt.Errorf("%v", r)
			}
		}
	}()
	typ := fn.Type()
	in := make([]reflect.Value, len(values))
	for i, v := range values {
		param := typ.In(min(i, typ.NumIn()-1))
		if typ.IsVariadic() && i >= typ.NumIn()-1 {
			param = typ.In(typ.NumIn() - 1).Elem()
		}
		if v == nil {
			in[i] = reflect.Zero(param)
		} else {
			in[i] = reflect.ValueOf(v)
		}
	}
	out := fn.Call(in)
	if len(out) == 2 && !out[1].IsNil() {
		return nil, out[1].Interface().(error)
	}
	return out[0].Interface(), nil
}
