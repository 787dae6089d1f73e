package main

import (
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v4/pkg/chart/common/util"
)

// What Helm's schema library says. Fields: Helm's major version, the schema's text, the values as JSON, "int" when
// integers are int64 as --set makes them, and how often to ask: Go ranges over maps, so that one question has several
// answers. The answer: every distinct text, each of which is empty when the values are accepted.
func init() {
	ops["schema"] = func(p []byte) ([]byte, error) {
		a := args(p)
		log.SetOutput(io.Discard)
		slog.SetDefault(slog.New(slog.DiscardHandler))
		times, err := strconv.Atoi(a[4])
		if err != nil {
			panic(err)
		}
		decoder := json.NewDecoder(strings.NewReader(a[2]))
		decoder.UseNumber()
		var values map[string]any
		if err := decoder.Decode(&values); err != nil {
			panic(err)
		}
		retyped(values, a[3] == "int")
		var texts []string
		for range times {
			var err error
			if a[0] == "4" {
				err = util.ValidateAgainstSingleSchema(values, []byte(a[1]))
			} else {
				err = chartutil.ValidateAgainstSingleSchema(values, []byte(a[1]))
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
		return join(texts...), nil
	}
}

// retyped gives numbers the Go types that Helm's readers of values give them.
func retyped(v any, ints bool) any {
	switch v := v.(type) {
	case map[string]any:
		for k, item := range v {
			v[k] = retyped(item, ints)
		}
	case []any:
		for i, item := range v {
			v[i] = retyped(item, ints)
		}
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); ints && err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	}
	return v
}
