package main

import (
	"bufio"
	"bytes"
	"io"
	"sort"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
)

func init() {
	// The documents that Helm 4 takes a values file apart into; after an error, the error's text as the last field.
	ops["yaml.documents"] = func(text []byte) ([]byte, error) {
		// Helm does so too, around a flaw of the reader (helm issue 32506).
		if len(text) > 0 && text[len(text)-1] != '\n' {
			text = append(text, '\n')
		}
		var documents []string
		reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
		for {
			raw, err := reader.Read()
			if err == io.EOF {
				return join(documents...), nil
			}
			if err != nil {
				return join(append(documents, "error", err.Error())...), nil
			}
			documents = append(documents, string(raw))
		}
	}
	// sort.Sort of numbers by an order with circles: rock, paper, scissors on the last digit, then the rest.
	ops["sort"] = func(numbers []byte) ([]byte, error) {
		sort.Sort(circular(numbers))
		return numbers, nil
	}
}

type circular []byte

func (c circular) Len() int      { return len(c) }
func (c circular) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c circular) Less(i, j int) bool {
	if c[i]%2 == 0 && c[j]%2 == 0 {
		return c[i] < c[j]
	}
	return (c[j]+7-c[i]%7)%3 == 1
}
