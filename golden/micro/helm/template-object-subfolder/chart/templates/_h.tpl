{{ define "h" }}{{ .Template.Name }}{{ end }}
