{{ define "h" }}helper {{ .Values.x }}{{ end }}
