{{- define "h" }}
x: {{ required "need .Values.x" .Values.x }}
{{- end }}
