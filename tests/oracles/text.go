package main

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/goutils"
	"github.com/huandu/xstrings"
)

// Text that is encoded, escaped, cased and cut: functions from a string to a string, by name.
func init() {
	infallible := map[string]func(string) string{
		"base64.encode":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64url.encode": func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"base32.encode":    func(s string) string { return base32.StdEncoding.EncodeToString([]byte(s)) },
		"html":             template.HTMLEscapeString,
		"js":               template.JSEscapeString,
		"urlquery":         url.QueryEscape,
		"pathescape":       url.PathEscape,
		"upper":            strings.ToUpper,
		"lower":            strings.ToLower,
		"title":            strings.Title,
		"trimspace":        strings.TrimSpace,
		"snakecase":        xstrings.ToSnakeCase,
		"kebabcase":        xstrings.ToKebabCase,
		"camelcase":        xstrings.ToPascalCase,
		"swapcase":         goutils.SwapCase,
		"initials":         func(s string) string { return goutils.Initials(s) },
		"untitle":          func(s string) string { return goutils.Uncapitalize(s) },
		"nospace":          goutils.DeleteWhiteSpace,
	}
	for name, f := range infallible {
		ops["text."+name] = func(p []byte) ([]byte, error) { return []byte(f(string(p))), nil }
	}
	ops["text.base64.decode"] = func(p []byte) ([]byte, error) { return base64.StdEncoding.DecodeString(string(p)) }
	ops["text.base64url.decode"] = func(p []byte) ([]byte, error) { return base64.URLEncoding.DecodeString(string(p)) }
	ops["text.base32.decode"] = func(p []byte) ([]byte, error) { return base32.StdEncoding.DecodeString(string(p)) }
	ops["text.queryunescape"] = func(p []byte) ([]byte, error) {
		s, err := url.QueryUnescape(string(p))
		return []byte(s), err
	}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			panic(err)
		}
		return n
	}
	// text, set
	ops["text.trim"] = func(p []byte) ([]byte, error) {
		a := args(p)
		return join(strings.Trim(a[0], a[1]), strings.TrimLeft(a[0], a[1]), strings.TrimRight(a[0], a[1])), nil
	}
	// text, width, separator, offset
	ops["text.wrap"] = func(p []byte) ([]byte, error) {
		a := args(p)
		short, _ := goutils.AbbreviateFull(a[0], number(a[3]), number(a[1]))
		return join(goutils.Wrap(a[0], number(a[1])), goutils.WrapCustom(a[0], number(a[1]), a[2], true), short), nil
	}
	// text, low or "", high or ""
	ops["text.slice"] = func(p []byte) ([]byte, error) {
		a := args(p)
		switch {
		case a[1] == "":
			return []byte(a[0][:number(a[2])]), nil
		case a[2] == "":
			return []byte(a[0][number(a[1]):]), nil
		}
		return []byte(a[0][number(a[1]):number(a[2])]), nil
	}
	ops["url.parse"] = func(p []byte) ([]byte, error) {
		u, err := url.Parse(string(p))
		if err != nil {
			return nil, err
		}
		user := "none"
		if u.User != nil {
			user = "some:" + u.User.String()
		}
		return join(u.Scheme, u.Opaque, user, u.Host, u.Hostname(), u.Port(), u.Path, u.EscapedPath(), u.RawQuery, u.Fragment,
			u.EscapedFragment(), fmt.Sprint(u.ForceQuery, u.OmitHost), u.String()), nil
	}
	// scheme, opaque, host, path, query, fragment -> the text of a URL of these fields
	ops["url.join"] = func(p []byte) ([]byte, error) {
		a := args(p)
		u := url.URL{Scheme: a[0], Opaque: a[1], Host: a[2], Path: a[3], RawQuery: a[4], Fragment: a[5]}
		return []byte(u.String()), nil
	}
}
