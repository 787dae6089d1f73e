package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// encoding/json. Values come and go in the form of transport.go.
func init() {
	ops["json.marshal"] = func(p []byte) ([]byte, error) { return json.Marshal(decodeValue(p)) }
	ops["json.plain"] = func(p []byte) ([]byte, error) {
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(decodeValue(p)); err != nil {
			return nil, err
		}
		return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
	}
	ops["json.indent"] = func(p []byte) ([]byte, error) { return json.MarshalIndent(decodeValue(p), "> ", "  ") }
	// a map that holds itself, "map" at once or "list" inside of a list
	ops["json.cycle"] = func(p []byte) ([]byte, error) {
		m := map[string]any{}
		m["self"] = m
		if string(p) == "list" {
			m["self"] = []any{m}
		}
		return json.Marshal(m)
	}
	// text -> into any, map and list: the value and the error of each; then what a Decoder takes off the front
	ops["json.unmarshal"] = func(p []byte) ([]byte, error) {
		var any1 any
		err1 := json.Unmarshal(p, &any1)
		map1 := map[string]any{}
		err2 := json.Unmarshal(p, &map1)
		list1 := []any{}
		err3 := json.Unmarshal(p, &list1)
		var first any
		dec := json.NewDecoder(strings.NewReader(string(p)))
		err4 := dec.Decode(&first)
		taken := ""
		if err4 == nil {
			taken = fmt.Sprint(dec.InputOffset())
		}
		say := func(v any) string { return string(encodeValue(v)) }
		return join(
			say(any1), fmt.Sprint(err1), say(map1), fmt.Sprint(err2), say(list1), fmt.Sprint(err3),
			say(first), fmt.Sprint(err4), taken,
		), nil
	}
}
