package main

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// Typed values over the pipe; tests/common/transport.rs is the other end and says what the form is.

var intTypes = []func(int64) any{
	func(n int64) any { return int(n) },
	func(n int64) any { return int32(n) },
	func(n int64) any { return n },
	func(n int64) any { return time.Duration(n) },
	func(n int64) any { return time.Month(n) },
	func(n int64) any { return time.Weekday(n) },
}

var uintTypes = []func(uint64) any{
	func(n uint64) any { return uint(n) },
	func(n uint64) any { return uint8(n) },
	func(n uint64) any { return uint32(n) },
	func(n uint64) any { return n },
}

type wire struct{ rest []byte }

// decodeValue is the value of such bytes.
func decodeValue(payload []byte) any {
	w := &wire{payload}
	v := w.value()
	if len(w.rest) != 0 {
		panic("bytes after the value")
	}
	return v
}

func (w *wire) take(n int) []byte {
	b := w.rest[:n]
	w.rest = w.rest[n:]
	return b
}

func (w *wire) byte() byte     { return w.take(1)[0] }
func (w *wire) count() int     { return int(binary.BigEndian.Uint32(w.take(4))) }
func (w *wire) uint64() uint64 { return binary.BigEndian.Uint64(w.take(8)) }
func (w *wire) float() float64 { return math.Float64frombits(w.uint64()) }
func (w *wire) text() string   { return string(w.take(w.count())) }

func (w *wire) value() any {
	switch tag := w.byte(); tag {
	case 'n':
		return nil
	case 'b':
		return w.byte() != 0
	case 'i':
		return intTypes[w.byte()](int64(w.uint64()))
	case 'u':
		return uintTypes[w.byte()](w.uint64())
	case 'f':
		return w.float()
	case 'c':
		re := w.float()
		return complex(re, w.float())
	case 's':
		return w.text()
	case 'y':
		return []byte(w.text())
	case 'l', 'L':
		switch ty := w.byte(); ty {
		case 0:
			return list[any](w, tag)
		case 1:
			return list[string](w, tag)
		case 2:
			return list[int](w, tag)
		case 3:
			return list[[]any](w, tag)
		case 4:
			return list[[]string](w, tag)
		case 5:
			return list[map[string]any](w, tag)
		default:
			panic(fmt.Sprint("no such list: ", ty))
		}
	case 'm', 'M':
		switch ty := w.byte(); ty {
		case 0:
			return dict[any](w, tag)
		case 1:
			return dict[string](w, tag)
		default:
			panic(fmt.Sprint("no such map: ", ty))
		}
	default:
		panic(fmt.Sprint("no such tag: ", tag))
	}
}

func list[T any](w *wire, tag byte) []T {
	n := w.count()
	if tag == 'L' {
		return nil
	}
	items := make([]T, n)
	for i := range items {
		items[i], _ = w.value().(T)
	}
	return items
}

func dict[T any](w *wire, tag byte) map[string]T {
	n := w.count()
	if tag == 'M' {
		return nil
	}
	m := make(map[string]T, n)
	for range n {
		key := w.text()
		m[key], _ = w.value().(T)
	}
	return m
}

// encodeValue is the inverse of decodeValue. A type that has no form is told by its name: tag '?'.
func encodeValue(v any) []byte { return appendValue(nil, v) }

func appendText(out []byte, s string) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(s)))
	return append(out, s...)
}

func appendValue(out []byte, v any) []byte {
	integer := func(ty byte, n int64) []byte {
		return binary.BigEndian.AppendUint64(append(out, 'i', ty), uint64(n))
	}
	unsigned := func(ty byte, n uint64) []byte { return binary.BigEndian.AppendUint64(append(out, 'u', ty), n) }
	switch v := v.(type) {
	case nil:
		return append(out, 'n')
	case bool:
		if v {
			return append(out, 'b', 1)
		}
		return append(out, 'b', 0)
	case int:
		return integer(0, int64(v))
	case int32:
		return integer(1, int64(v))
	case int64:
		return integer(2, v)
	case time.Duration:
		return integer(3, int64(v))
	case time.Month:
		return integer(4, int64(v))
	case time.Weekday:
		return integer(5, int64(v))
	case uint:
		return unsigned(0, uint64(v))
	case uint8:
		return unsigned(1, uint64(v))
	case uint32:
		return unsigned(2, uint64(v))
	case uint64:
		return unsigned(3, v)
	case float64:
		bits := math.Float64bits(v)
		if math.IsNaN(v) {
			bits = 0x7ff8 << 48 // one NaN is like another to whoever sees them
		}
		return binary.BigEndian.AppendUint64(append(out, 'f'), bits)
	case complex128:
		out = binary.BigEndian.AppendUint64(append(out, 'c'), math.Float64bits(real(v)))
		return binary.BigEndian.AppendUint64(out, math.Float64bits(imag(v)))
	case string:
		return appendText(append(out, 's'), v)
	case []byte:
		return appendText(append(out, 'y'), string(v))
	case []any:
		return appendList(out, 0, v)
	case []string:
		return appendList(out, 1, v)
	case []int:
		return appendList(out, 2, v)
	case [][]any:
		return appendList(out, 3, v)
	case [][]string:
		return appendList(out, 4, v)
	case []map[string]any:
		return appendList(out, 5, v)
	case map[string]any:
		return appendDict(out, 0, v)
	case map[string]string:
		return appendDict(out, 1, v)
	default:
		return appendText(append(out, '?'), fmt.Sprintf("%T=%v", v, v))
	}
}

func appendList[T any](out []byte, ty byte, items []T) []byte {
	tag := byte('l')
	if items == nil {
		tag = 'L'
	}
	out = binary.BigEndian.AppendUint32(append(out, tag, ty), uint32(len(items)))
	for _, item := range items {
		out = appendValue(out, item)
	}
	return out
}

func appendDict[T any](out []byte, ty byte, m map[string]T) []byte {
	tag := byte('m')
	if m == nil {
		tag = 'M'
	}
	out = binary.BigEndian.AppendUint32(append(out, tag, ty), uint32(len(m)))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = appendValue(appendText(out, key), m[key])
	}
	return out
}
