package main

import (
	"bytes"

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
		return encodeValue(m), nil
	}
}
