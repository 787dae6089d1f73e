package main

import (
	"encoding/json"
	"fmt"
	"math"

	strvals3 "helm.sh/helm/v3/pkg/strvals"
	strvals4 "helm.sh/helm/v4/pkg/strvals"
)

// How --set and its relatives change values. Fields: Helm's major version, the flag, the values so far as JSON, the
// flag's text. The answer is the values afterwards, with Go's type of every scalar.
func init() {
	ops["strvals"] = func(p []byte) ([]byte, error) {
		a := args(p)
		values := map[string]any{}
		if err := json.Unmarshal([]byte(a[2]), &values); err != nil {
			panic(err)
		}
		var err error
		text := a[3]
		four := a[0] == "4"
		reader := func(rs []rune) (any, error) { return "<" + string(rs) + ">", nil }
		switch {
		case a[1] == "set" && four:
			err = strvals4.ParseInto(text, values)
		case a[1] == "set":
			err = strvals3.ParseInto(text, values)
		case a[1] == "set-string" && four:
			err = strvals4.ParseIntoString(text, values)
		case a[1] == "set-string":
			err = strvals3.ParseIntoString(text, values)
		case a[1] == "set-file" && four:
			err = strvals4.ParseIntoFile(text, values, reader)
		case a[1] == "set-file":
			err = strvals3.ParseIntoFile(text, values, reader)
		case a[1] == "set-json" && four:
			err = strvals4.ParseJSON(text, values)
		case a[1] == "set-json":
			err = strvals3.ParseJSON(text, values)
		case a[1] == "set-literal" && four:
			err = strvals4.ParseLiteralInto(text, values)
		case a[1] == "set-literal":
			err = strvals3.ParseLiteralInto(text, values)
		}
		if err != nil {
			return nil, err
		}
		return describe(nil, values), nil
	}
}

// describe writes a value with the type of every scalar, keys in order: what the Rust side writes of its own trees.
func describe(out []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(out, "nil"...)
	case bool:
		return fmt.Appendf(out, "%t", v)
	case int64:
		return fmt.Appendf(out, "i%d", v)
	case float64:
		return fmt.Appendf(out, "f%016x", math.Float64bits(v))
	case string:
		return fmt.Appendf(out, "%q", v)
	case []any:
		out = append(out, '[')
		for _, item := range v {
			out = append(describe(out, item), ',')
		}
		return append(out, ']')
	case map[string]any:
		out = append(out, '{')
		for _, key := range sortedKeys(v) {
			out = append(fmt.Appendf(out, "%q", key), ':')
			out = append(describe(out, v[key]), ',')
		}
		return append(out, '}')
	case map[string]string:
		return fmt.Appendf(out, "%v", v)
	}
	panic(fmt.Sprintf("what is %T?", v))
}
