{{ define "b" }}from 0{{ end }}
