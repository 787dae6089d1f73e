package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
)

// The two languages of file patterns: a pattern and names -> an answer a name.
func init() {
	ops["glob.gobwas"] = func(p []byte) ([]byte, error) {
		a := args(p)
		g, err := glob.Compile(a[0], '/')
		if err != nil {
			return nil, err
		}
		var out []byte
		for _, name := range a[1:] {
			out = fmt.Append(out, g.Match(name), " ")
		}
		return out, nil
	}
	ops["glob.filepath"] = func(p []byte) ([]byte, error) {
		a := args(p)
		var out []string
		for _, name := range a[1:] {
			ok, err := filepath.Match(a[0], name)
			out = append(out, fmt.Sprint(ok, err))
		}
		return []byte(strings.Join(out, ",")), nil
	}
}
