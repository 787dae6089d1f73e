

{{ define "x" }}{{ unknownFn }}{{ end }}
