package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/xeipuuv/gojsonschema"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"sigs.k8s.io/yaml"
)

// What Helm's schema library says. Fields: Helm's major version, the schema's text, the values as JSON, "int" when
// integers are int64 as --set makes them, and how often to ask: Go ranges over maps, so that one question has several
// answers. The answer: every distinct text, each of which is empty when the values are accepted. "older" for a major
// version asks the library of Helm up to 3.18.4.
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
			switch a[0] {
			case "4":
				err = util.ValidateAgainstSingleSchema(values, []byte(a[1]))
			case "older":
				err = olderValidate(values, []byte(a[1]))
			default:
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

// olderValidate asks the library as ValidateAgainstSingleSchema of Helm 3.17 does; no newer Helm links it any more.
func olderValidate(values map[string]any, schema []byte) (failed error) {
	defer func() {
		if r := recover(); r != nil {
			failed = fmt.Errorf("unable to validate schema: %s", r)
		}
	}()
	data, err := yaml.Marshal(values)
	if err != nil {
		return err
	}
	asJSON, err := yaml.YAMLToJSON(data)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(asJSON))
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, wrong := range result.Errors() {
		fmt.Fprintf(&text, "- %s\n", wrong)
	}
	if text.Len() == 0 {
		return nil
	}
	return errors.New(text.String())
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
