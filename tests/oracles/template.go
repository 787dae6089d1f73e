package main

import (
	"encoding/json"
	"sort"
	"strings"

	v3chart "helm.sh/helm/v3/pkg/chart"
	v3util "helm.sh/helm/v3/pkg/chartutil"
	v3engine "helm.sh/helm/v3/pkg/engine"
	v4common "helm.sh/helm/v4/pkg/chart/common"
	v4chart "helm.sh/helm/v4/pkg/chart/v2"
	v4engine "helm.sh/helm/v4/pkg/engine"
)

// Whole renders by Helm's own engines. Fields: values as JSON, then name and text of each file of a chart "c".
// The answer: name and output of each template that is rendered, by name.
func init() {
	ops["template.v4"] = func(p []byte) ([]byte, error) {
		a := args(p)
		chart := &v4chart.Chart{Metadata: &v4chart.Metadata{Name: "c", Version: "1.2.3", APIVersion: "v2", Keywords: []string{"k1", "k2"}}}
		for i := 1; i+1 < len(a); i += 2 {
			file := &v4common.File{Name: a[i], Data: []byte(a[i+1])}
			if strings.HasPrefix(a[i], "templates/") {
				chart.Templates = append(chart.Templates, file)
			} else {
				chart.Files = append(chart.Files, file)
			}
		}
		values := map[string]any{}
		if err := json.Unmarshal([]byte(a[0]), &values); err != nil {
			return nil, err
		}
		rendered, err := v4engine.Render(chart, v4common.Values{
			"Chart":        map[string]any{"Name": "c"},
			"Release":      map[string]any{"Name": "rel", "Revision": 1, "IsInstall": true},
			"Capabilities": v4common.DefaultCapabilities,
			"Values":       v4common.Values(values),
		})
		return outputs(rendered, err)
	}
	ops["template.v3"] = func(p []byte) ([]byte, error) {
		a := args(p)
		chart := &v3chart.Chart{Metadata: &v3chart.Metadata{Name: "c", Version: "1.2.3", APIVersion: "v2", Keywords: []string{"k1", "k2"}}}
		for i := 1; i+1 < len(a); i += 2 {
			file := &v3chart.File{Name: a[i], Data: []byte(a[i+1])}
			if strings.HasPrefix(a[i], "templates/") {
				chart.Templates = append(chart.Templates, file)
			} else {
				chart.Files = append(chart.Files, file)
			}
		}
		values := map[string]interface{}{}
		if err := json.Unmarshal([]byte(a[0]), &values); err != nil {
			return nil, err
		}
		rendered, err := v3engine.Render(chart, v3util.Values{
			"Chart":        chart.Metadata,
			"Release":      map[string]interface{}{"Name": "rel", "Revision": 1, "IsInstall": true},
			"Capabilities": v3util.DefaultCapabilities,
			"Values":       v3util.Values(values),
		})
		return outputs(rendered, err)
	}
}

func outputs(rendered map[string]string, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var names []string
	for name := range rendered {
		names = append(names, name)
	}
	sort.Strings(names)
	var fields []string
	for _, name := range names {
		fields = append(fields, name, rendered[name])
	}
	return join(fields...), nil
}
