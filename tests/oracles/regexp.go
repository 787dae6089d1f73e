package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Go's regexp: what compiles, with which words it refuses, and every operation that Sprig builds on it.
func init() {
	compiled := map[string]*regexp.Regexp{}
	compile := func(pattern string) (*regexp.Regexp, error) {
		if re, ok := compiled[pattern]; ok {
			return re, nil
		}
		re, err := regexp.Compile(pattern)
		if err == nil {
			if len(compiled) > 10000 {
				clear(compiled)
			}
			compiled[pattern] = re
		}
		return re, err
	}
	ops["regexp.compile"] = func(p []byte) ([]byte, error) {
		_, err := regexp.Compile(string(p))
		return nil, err
	}
	ops["regexp.must"] = func(p []byte) ([]byte, error) {
		regexp.MustCompile(string(p))
		return nil, nil
	}
	ops["regexp.quote"] = func(p []byte) ([]byte, error) { return []byte(regexp.QuoteMeta(string(p))), nil }
	// pattern, haystack, replacement, n -> every operation's answer
	ops["regexp.all"] = func(p []byte) ([]byte, error) {
		a := args(p)
		re, err := compile(a[0])
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(a[3])
		if err != nil {
			return nil, err
		}
		s, repl := a[1], a[2]
		nilable := func(list []string) string {
			if list == nil {
				return "nil"
			}
			return "[" + string(join(list...)) + "]"
		}
		return join(
			fmt.Sprint(re.MatchString(s)),
			fmt.Sprint(re.FindStringSubmatchIndex(s)),
			fmt.Sprint(re.FindAllStringIndex(s, n)),
			nilable(re.FindAllString(s, n)),
			re.ReplaceAllString(s, repl),
			re.ReplaceAllLiteralString(s, repl),
			nilable(re.Split(s, n)),
			strings.Join(re.SubexpNames(), ","),
		), nil
	}
}
