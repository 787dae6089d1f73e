name {{ .Release.Name }}
