{{ define "h" }}{{ upper . }}{{ end }}
