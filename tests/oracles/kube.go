package main

import "k8s.io/kubernetes/third_party/forked/golang/expansion"

func init() {
	// Names and values in turn: the environment that they make one after the other, as names and values in turn.
	ops["kube.env"] = func(p []byte) ([]byte, error) {
		fields, set := args(p), map[string]string{}
		var order []string
		for i := 0; i+1 < len(fields); i += 2 {
			name, value := fields[i], fields[i+1]
			if _, known := set[name]; !known {
				order = append(order, name)
			}
			set[name] = expansion.Expand(value, expansion.MappingFuncFor(set))
		}
		var out []string
		for _, name := range order {
			out = append(out, name, set[name])
		}
		return join(out...), nil
	}
}
