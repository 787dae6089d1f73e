{{ define "b" }}from b{{ end }}
