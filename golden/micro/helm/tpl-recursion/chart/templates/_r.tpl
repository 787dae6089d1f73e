{{ define "r" }}{{ tpl .Values.x . }}{{ end }}
