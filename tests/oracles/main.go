// Command oracles answers questions about Go and about the libraries that Helm is built on, so that the
// Rust side can be held to the real thing with thousands of generated cases.
//
// Request:  u32 big-endian length, then: u8 length of the op's name, the name, the payload.
// Response: u32 big-endian length, then: status byte (0 ok, 1 error), the payload (or the error's text).
//
// A family of operations is one file that adds to ops from its init. A panic inside an operation is
// answered as status 2 with the panic's text: some of Go's panics are texts that Helm prints.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// An op reads its payload in a form of its own (often fields from args) and returns the answer's bytes.
type op func(payload []byte) ([]byte, error)

var ops = map[string]op{
	"ping": func(payload []byte) ([]byte, error) { return payload, nil },
}

const (
	statusOK    = 0
	statusError = 1
	statusPanic = 2
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	for {
		request, err := readFrame(in)
		if err == io.EOF {
			out.Flush()
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "oracles:", err)
			os.Exit(1)
		}
		status, answer := answer(request)
		var head [5]byte
		binary.BigEndian.PutUint32(head[:4], uint32(len(answer)+1))
		head[4] = status
		out.Write(head[:])
		out.Write(answer)
		// Answers of a batch leave together: flush only when no further request is waiting.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				os.Exit(1)
			}
		}
	}
}

func readFrame(in io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return nil, err
	}
	frame := make([]byte, binary.BigEndian.Uint32(head[:]))
	_, err := io.ReadFull(in, frame)
	return frame, err
}

func answer(request []byte) (status byte, out []byte) {
	defer func() {
		if r := recover(); r != nil {
			status, out = statusPanic, []byte(fmt.Sprint(r))
		}
	}()
	if len(request) == 0 || len(request) < 1+int(request[0]) {
		return statusPanic, []byte("short request")
	}
	n := 1 + int(request[0])
	run, ok := ops[string(request[1:n])]
	if !ok {
		return statusPanic, []byte("no such op: " + string(request[1:n]))
	}
	result, err := run(request[n:])
	if err != nil {
		return statusError, []byte(err.Error())
	}
	return statusOK, result
}

// args splits a payload into its fields: each a u32 big-endian length and that many bytes.
// The Rust side writes them with oracle::fields.
func args(payload []byte) []string {
	var fields []string
	for len(payload) >= 4 {
		n := int(binary.BigEndian.Uint32(payload))
		fields = append(fields, string(payload[4:4+n]))
		payload = payload[4+n:]
	}
	return fields
}

// join is the inverse of args, for answers of several fields.
func join(fields ...string) []byte {
	var out []byte
	for _, f := range fields {
		out = binary.BigEndian.AppendUint32(out, uint32(len(f)))
		out = append(out, f...)
	}
	return out
}
