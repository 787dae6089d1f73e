package main

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"unicode"
)

// Package unicode over every code point, so that the Rust side needs no sampling.
func init() {
	// name of a predicate -> a byte per code point
	predicates := map[string]func(rune) bool{
		"print": unicode.IsPrint, "strconv.print": strconv.IsPrint, "letter": unicode.IsLetter, "number": unicode.IsNumber,
		"digit": unicode.IsDigit, "upper": unicode.IsUpper, "lower": unicode.IsLower, "title": unicode.IsTitle,
		"punct": unicode.IsPunct, "symbol": unicode.IsSymbol, "space": unicode.IsSpace,
	}
	ops["unicode.is"] = func(p []byte) ([]byte, error) {
		out := make([]byte, unicode.MaxRune+1)
		for r := range out {
			if predicates[string(p)](rune(r)) {
				out[r] = 1
			}
		}
		return out, nil
	}
	// name of a mapping -> four bytes per code point
	mappings := map[string]func(rune) rune{
		"upper": unicode.ToUpper, "lower": unicode.ToLower, "title": unicode.ToTitle,
	}
	ops["unicode.to"] = func(p []byte) ([]byte, error) {
		var out []byte
		for r := rune(0); r <= unicode.MaxRune; r++ {
			out = binary.BigEndian.AppendUint32(out, uint32(mappings[string(p)](r)))
		}
		return out, nil
	}
	// a class of one rune in regexp's syntax, such as \p{Greek} or (?i:\pL) -> a byte per code point
	ops["unicode.class"] = func(p []byte) ([]byte, error) {
		re, err := regexp.Compile("^" + string(p) + "$")
		if err != nil {
			return nil, err
		}
		out := make([]byte, unicode.MaxRune+1)
		for r := range out {
			if !(0xd800 <= r && r < 0xe000) && re.MatchString(string(rune(r))) {
				out[r] = 1
			}
		}
		return out, nil
	}
	ops["strconv.quote"] = func(p []byte) ([]byte, error) { return []byte(strconv.Quote(string(p))), nil }
}
