package main

import (
	"bytes"
	"time"

	"github.com/BurntSushi/toml"
)

// The TOML that Helm links. Values come and go in the form of transport.go.
func init() {
	ops["toml.encode"] = func(p []byte) ([]byte, error) {
		var out bytes.Buffer
		err := toml.NewEncoder(&out).Encode(decodeValue(p))
		return out.Bytes(), err
	}
	ops["toml.decode"] = func(p []byte) ([]byte, error) {
		m := map[string]any{}
		if err := toml.Unmarshal(p, &m); err != nil {
			return nil, err
		}
		return encodeValue(timesAsText(m)), nil
	}
}

// timesAsText replaces times, which have no form on the pipe, by what tells them apart.
func timesAsText(v any) any {
	switch v := v.(type) {
	case time.Time:
		return "time " + v.Format(time.RFC3339Nano+" MST")
	case map[string]any:
		for key, item := range v {
			v[key] = timesAsText(item)
		}
	case []any:
		for i, item := range v {
			v[i] = timesAsText(item)
		}
	case []map[string]any:
		for _, item := range v {
			timesAsText(item)
		}
	}
	return v
}
