{{ define "h" }}{{ .Values.a.b }}{{ end }}
