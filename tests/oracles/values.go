package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	chart3 "helm.sh/helm/v3/pkg/chart"
	loader3 "helm.sh/helm/v3/pkg/chart/loader"
	util3 "helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart4 "helm.sh/helm/v4/pkg/chart/v2"
	loader4 "helm.sh/helm/v4/pkg/chart/v2/loader"
	util4 "helm.sh/helm/v4/pkg/chart/v2/util"
)

// What is left of a chart and the user's values when dependencies are processed and values coalesced. Fields: Helm's
// major version, the user's values as JSON, then names and texts of files in turn. The answer: the values with the
// identity of every map, the charts with their paths and dependency records, and what was logged.
func init() {
	ops["prepare"] = func(p []byte) ([]byte, error) {
		a := args(p)
		user := map[string]any{}
		if err := json.Unmarshal([]byte(a[1]), &user); err != nil {
			panic(err)
		}
		if a[0] == "4" {
			return prepare4(user, a[2:])
		}
		return prepare3(user, a[2:])
	}
}

func prepare4(user map[string]any, files []string) ([]byte, error) {
	var out bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	var buffered []*archive.BufferedFile
	for i := 0; i < len(files); i += 2 {
		buffered = append(buffered, &archive.BufferedFile{Name: files[i], Data: []byte(files[i+1])})
	}
	c, err := loader4.LoadFiles(buffered)
	if err != nil {
		return nil, err
	}
	if err := util4.ProcessDependencies(c, user); err != nil {
		return nil, fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	values, err := util.CoalesceValues(c, user)
	if err != nil {
		return nil, err
	}
	tree := (&identities{}).describe(nil, map[string]any(values))
	return join(string(tree), charts4(c), sorted(out.String())), nil
}

func prepare3(user map[string]any, files []string) ([]byte, error) {
	var out bytes.Buffer
	log.SetOutput(&out)
	log.SetFlags(log.Lshortfile)
	var buffered []*loader3.BufferedFile
	for i := 0; i < len(files); i += 2 {
		buffered = append(buffered, &loader3.BufferedFile{Name: files[i], Data: []byte(files[i+1])})
	}
	c, err := loader3.LoadFiles(buffered)
	if err != nil {
		return nil, err
	}
	if err := util3.ProcessDependenciesWithMerge(c, user); err != nil {
		return nil, err
	}
	values, err := util3.CoalesceValues(c, user)
	if err != nil {
		return nil, err
	}
	tree := (&identities{}).describe(nil, map[string]any(values))
	return join(string(tree), charts3(c), sorted(out.String())), nil
}

func charts4(c *chart4.Chart) string {
	var below []string
	for _, d := range c.Dependencies() {
		below = append(below, charts4(d))
	}
	var records []string
	for _, d := range c.Metadata.Dependencies {
		records = append(records, fmt.Sprintf("%s %v %v", d.Name, d.Enabled, d.ImportValues))
	}
	return c.ChartFullPath() + fmt.Sprint(records) + "(" + strings.Join(siblings(below), ",") + ")"
}

func charts3(c *chart3.Chart) string {
	var below []string
	for _, d := range c.Dependencies() {
		below = append(below, charts3(d))
	}
	var records []string
	for _, d := range c.Metadata.Dependencies {
		records = append(records, fmt.Sprintf("%s %v %v", d.Name, d.Enabled, d.ImportValues))
	}
	return c.ChartFullPath() + fmt.Sprint(records) + "(" + strings.Join(siblings(below), ",") + ")"
}

// siblings are sorted: those that no Chart.yaml lists stand in the random order of a Go map.
func siblings(charts []string) []string {
	slices.Sort(charts)
	return charts
}

// sorted lines: Helm warns in the random order of Go maps.
func sorted(text string) string {
	lines := strings.SplitAfter(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// identities numbers maps in the order in which they are met.
type identities struct{ seen []uintptr }

func (ids *identities) describe(out []byte, v any) []byte {
	switch v := v.(type) {
	case []any:
		out = append(out, '[')
		for _, item := range v {
			out = append(ids.describe(out, item), ',')
		}
		return append(out, ']')
	case map[string]any:
		address := reflect.ValueOf(v).Pointer()
		at := slices.Index(ids.seen, address)
		if at < 0 {
			at = len(ids.seen)
			ids.seen = append(ids.seen, address)
		}
		out = fmt.Appendf(out, "%d{", at)
		for _, key := range sortedKeys(v) {
			out = append(fmt.Appendf(out, "%q", key), ':')
			out = append(ids.describe(out, v[key]), ',')
		}
		return append(out, '}')
	}
	return describe(out, v)
}
