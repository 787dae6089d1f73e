package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"sort"
	"strconv"

	yamlv2 "go.yaml.in/yaml/v2"
	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// YAML as Helm reads and writes it. Values cross the pipe in a form of their own, so that nothing about YAML or
// JSON is needed to compare them: n, t, f, d + 8 bytes (float64), i + 8 bytes (int64), s + u32 + bytes,
// l + u32 + items, m + u32 + (u32 + key, value) sorted by key.
func init() {
	ops["yaml.load"] = func(text []byte) ([]byte, error) {
		if ambiguous(text) {
			return []byte("?"), nil
		}
		var v any
		if err := yaml.Unmarshal(text, &v); err != nil {
			return nil, err
		}
		return dump(nil, v), nil
	}
	ops["yaml.strict"] = func(text []byte) ([]byte, error) {
		if ambiguous(text) {
			return []byte("?"), nil
		}
		var v any
		if err := yaml.UnmarshalStrict(text, &v); err != nil {
			return nil, err
		}
		return dump(nil, v), nil
	}
	ops["yaml.map"] = func(text []byte) ([]byte, error) {
		if ambiguous(text) {
			return []byte("?"), nil
		}
		v := map[string]any{}
		if err := yaml.Unmarshal(text, &v); err != nil {
			return nil, err
		}
		return dump(nil, v), nil
	}
	// The JSON on the way (or nothing, if there is none), then what it becomes.
	ops["yaml.emit"] = func(payload []byte) ([]byte, error) {
		v, _ := undump(payload)
		text, err := json.Marshal(v)
		if err != nil {
			return join("", "error", err.Error()), nil
		}
		out, err := yaml.Marshal(v)
		if err != nil {
			return join(string(text), "error", err.Error()), nil
		}
		return join(string(text), "ok", string(out)), nil
	}
	ops["yaml.pretty"] = func(payload []byte) ([]byte, error) {
		v, _ := undump(payload)
		var out bytes.Buffer
		encoder := yamlv3.NewEncoder(&out)
		encoder.SetIndent(2)
		if err := encoder.Encode(v); err != nil {
			return nil, err
		}
		return out.Bytes(), nil
	}
}

// ambiguous says whether what Go makes of a text depends on the order in which it walks a map: two keys that
// are spelt alike once they are strings, or more than one key that JSON cannot have.
func ambiguous(text []byte) bool {
	var v any
	if err := yamlv2.Unmarshal(text, &v); err != nil {
		return false
	}
	bad := 0
	return collides(v, &bad) || bad > 1
}

func collides(v any, bad *int) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if collides(item, bad) {
				return true
			}
		}
	case map[any]any:
		seen := map[string]bool{}
		for k, item := range v {
			var s string
			switch k := k.(type) {
			case string:
				s = string([]rune(k))
			case int:
				s = strconv.Itoa(k)
			case float64:
				s = strconv.FormatFloat(k, 'g', -1, 32)
				switch s {
				case "+Inf":
					s = ".inf"
				case "-Inf":
					s = "-.inf"
				case "NaN":
					s = ".nan"
				}
			case bool:
				s = strconv.FormatBool(k)
			default:
				*bad++
				continue
			}
			if seen[s] {
				return true
			}
			seen[s] = true
			if collides(item, bad) {
				return true
			}
		}
	}
	return false
}

func dump(out []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(out, 'n')
	case bool:
		if v {
			return append(out, 't')
		}
		return append(out, 'f')
	case float64:
		return binary.BigEndian.AppendUint64(append(out, 'd'), math.Float64bits(v))
	case string:
		return append(binary.BigEndian.AppendUint32(append(out, 's'), uint32(len(v))), v...)
	case []any:
		out = binary.BigEndian.AppendUint32(append(out, 'l'), uint32(len(v)))
		for _, item := range v {
			out = dump(out, item)
		}
		return out
	case map[string]any:
		if v == nil {
			return append(out, 'n')
		}
		out = binary.BigEndian.AppendUint32(append(out, 'm'), uint32(len(v)))
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for _, k := range keys {
			out = append(binary.BigEndian.AppendUint32(out, uint32(len(k))), k...)
			out = dump(out, v[k])
		}
		return out
	}
	panic(errors.New("a value that JSON does not have"))
}

func undump(in []byte) (any, []byte) {
	kind, in := in[0], in[1:]
	switch kind {
	case 'n':
		return nil, in
	case 't', 'f':
		return kind == 't', in
	case 'd':
		return math.Float64frombits(binary.BigEndian.Uint64(in)), in[8:]
	case 'i':
		return int64(binary.BigEndian.Uint64(in)), in[8:]
	}
	n, in := int(binary.BigEndian.Uint32(in)), in[4:]
	switch kind {
	case 's':
		return string(in[:n]), in[n:]
	case 'l':
		list := make([]any, n)
		for i := range list {
			list[i], in = undump(in)
		}
		return list, in
	case 'm':
		m := make(map[string]any, n)
		for range n {
			length := int(binary.BigEndian.Uint32(in))
			key := string(in[4 : 4+length])
			m[key], in = undump(in[4+length:])
		}
		return m, in
	}
	panic(errors.New("no such kind of value"))
}
