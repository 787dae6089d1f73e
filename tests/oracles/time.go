package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// Package time. The server runs with TZ=UTC; a test names the zones that it means.
func init() {
	bits := math.Float64bits
	number := func(s string) int64 {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			panic(err)
		}
		return n
	}
	at := func(a []string) (time.Time, error) {
		loc, err := time.LoadLocation(a[2])
		return time.Unix(number(a[0]), number(a[1])).In(loc), err
	}
	describe := func(t time.Time) []byte {
		zone, offset := t.Zone()
		isoYear, isoWeek := t.ISOWeek()
		year, month, day := t.Date()
		hour, minute, second := t.Clock()
		return fmt.Appendf(nil, "%s|%d|%d|%s|%s %d %v|%d %s %d %d:%d:%d.%d %s %d|%d %d|%d %d %d|%v", t, t.Unix(), t.UnixNano(), t.Location(),
			zone, offset, t.IsDST(), year, month, day, hour, minute, second, t.Nanosecond(), t.Weekday(), t.YearDay(), isoYear, isoWeek,
			t.UnixMilli(), t.UnixMicro(), t.Nanosecond(), t.IsZero())
	}
	ops["time.load"] = func(p []byte) ([]byte, error) {
		if _, err := time.LoadLocation(string(p)); err != nil {
			return nil, fmt.Errorf("refused")
		}
		return nil, nil
	}
	// seconds, nanos, zone
	ops["time.fields"] = func(p []byte) ([]byte, error) {
		t, err := at(args(p))
		return describe(t), err
	}
	// seconds, nanos, the value of TZ -> the fields in the local zone, asked of a second server
	ops["time.local"] = func(p []byte) ([]byte, error) {
		a := args(p)
		request := append([]byte{byte(len("time.fields"))}, "time.fields"...)
		request = append(request, join(a[0], a[1], "Local")...)
		server := exec.Command(os.Args[0])
		server.Env = append(os.Environ(), "TZ="+a[2])
		server.Stdin = bytes.NewReader(join(string(request)))
		answer, err := server.Output()
		if err != nil || len(answer) < 5 {
			return nil, fmt.Errorf("second server: %v", err)
		}
		return answer[5:], nil
	}
	// seconds, nanos, zone, layout
	ops["time.format"] = func(p []byte) ([]byte, error) {
		a := args(p)
		t, err := at(a)
		return []byte(t.Format(a[3])), err
	}
	// seconds, nanos, zone, duration, years, months, days
	ops["time.arithmetic"] = func(p []byte) ([]byte, error) {
		a := args(p)
		t, err := at(a)
		if err != nil {
			return nil, err
		}
		d := time.Duration(number(a[3]))
		moved := t.AddDate(int(number(a[4])), int(number(a[5])), int(number(a[6])))
		return join(string(describe(t.Add(d))), string(describe(moved)), fmt.Sprint(moved.Sub(t), t.Compare(moved)),
			string(describe(t.Truncate(d))), string(describe(t.Round(d)))), nil
	}
	// layout, text, zone
	ops["time.parse"] = func(p []byte) ([]byte, error) {
		a := args(p)
		loc, err := time.LoadLocation(a[2])
		if err != nil {
			return nil, err
		}
		t, err := time.ParseInLocation(a[0], a[1], loc)
		if err != nil {
			return nil, err
		}
		return describe(t), nil
	}
	// layout, text
	ops["time.parseutc"] = func(p []byte) ([]byte, error) {
		a := args(p)
		t, err := time.Parse(a[0], a[1])
		if err != nil {
			return nil, err
		}
		return describe(t), nil
	}
	ops["time.duration"] = func(p []byte) ([]byte, error) {
		d, err := time.ParseDuration(string(p))
		return fmt.Appendf(nil, "%d %s", d, d), err
	}
	// two durations in nanoseconds
	ops["time.rounding"] = func(p []byte) ([]byte, error) {
		a := args(p)
		d, m := time.Duration(number(a[0])), time.Duration(number(a[1]))
		return fmt.Appendf(nil, "%s %s %s %s %d %d %d %d %d", d, d.Round(m), d.Truncate(m), d.Abs(), bits(d.Seconds()), bits(d.Minutes()), bits(d.Hours()),
			d.Milliseconds(), d.Microseconds()), nil
	}
}
