package main

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"text/template"
)

// Go's fmt and strconv. Values come in the form of transport.go.
func init() {
	anyArgs := func(p []byte) []any { return decodeValue(p).([]any) }
	// format, list of arguments
	ops["fmt.sprintf"] = func(p []byte) ([]byte, error) {
		a := args(p)
		return fmt.Appendf(nil, a[0], anyArgs([]byte(a[1]))...), nil
	}
	ops["fmt.sprint"] = func(p []byte) ([]byte, error) { return fmt.Append(nil, anyArgs(p)...), nil }
	ops["fmt.sprintln"] = func(p []byte) ([]byte, error) { return fmt.Appendln(nil, anyArgs(p)...), nil }
	dot := template.Must(template.New("dot").Parse("{{.}}"))
	ops["fmt.dot"] = func(p []byte) ([]byte, error) {
		var out bytes.Buffer
		err := dot.Execute(&out, decodeValue(p))
		return out.Bytes(), err
	}

	// verb, precision, width, the number's bits
	ops["strconv.float"] = func(p []byte) ([]byte, error) {
		a := args(p)
		precision, _ := strconv.Atoi(a[1])
		width, _ := strconv.Atoi(a[2])
		bits, err := strconv.ParseUint(a[3], 10, 64)
		if err != nil {
			return nil, err
		}
		return strconv.AppendFloat(nil, math.Float64frombits(bits), a[0][0], precision, width), nil
	}
	// text -> what every parser makes of it
	ops["strconv.parse"] = func(p []byte) ([]byte, error) {
		s := string(p)
		var out bytes.Buffer
		say := func(v any, err error) {
			if err != nil {
				fmt.Fprintf(&out, "%s\n", err)
			} else {
				fmt.Fprintf(&out, "%v\n", v)
			}
		}
		for _, base := range []int{0, 2, 8, 10, 16, 36, 1, 37} {
			for _, size := range []int{0, 8, 32, 64} {
				n, err := strconv.ParseInt(s, base, size)
				say(n, err)
				u, err := strconv.ParseUint(s, base, size)
				say(u, err)
			}
		}
		n, err := strconv.Atoi(s)
		say(n, err)
		b, err := strconv.ParseBool(s)
		say(b, err)
		for _, size := range []int{32, 64} {
			f, err := strconv.ParseFloat(s, size)
			if math.IsNaN(f) {
				f = math.NaN() // one NaN is as good as another
			}
			say(math.Float64bits(f), err)
		}
		return out.Bytes(), nil
	}
	// text -> every quoted form, then what Unquote and UnquoteChar make of the text
	ops["strconv.quoting"] = func(p []byte) ([]byte, error) {
		s := string(p)
		fields := []string{strconv.Quote(s), strconv.QuoteToASCII(s), fmt.Sprint(strconv.CanBackquote(s))}
		for _, r := range s {
			fields = append(fields, strconv.QuoteRune(r), strconv.QuoteRuneToASCII(r))
		}
		text, err := strconv.Unquote(s)
		fields = append(fields, text, fmt.Sprint(err))
		for _, quote := range []byte{'"', '\'', 0} {
			r, multibyte, tail, err := strconv.UnquoteChar(s, quote)
			fields = append(fields, fmt.Sprint(r, multibyte, err), tail)
		}
		return join(fields...), nil
	}
	// base, number -> FormatInt, FormatUint
	ops["strconv.int"] = func(p []byte) ([]byte, error) {
		a := args(p)
		base, _ := strconv.Atoi(a[0])
		n, err := strconv.ParseInt(a[1], 10, 64)
		return join(strconv.FormatInt(n, base), strconv.FormatUint(uint64(n), base)), err
	}
}
