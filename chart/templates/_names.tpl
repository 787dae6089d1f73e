{{/* Names of objects. A stem that would be cut ends in a hash, so that two long releases keep apart. */}}

{{- define "workqueue.fullname" -}}
{{- $stem := contains "workqueue" .Release.Name | ternary .Release.Name (printf "%s-workqueue" .Release.Name) | replace "." "-" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if le (len $stem) 40 -}}
{{- $stem -}}
{{- else -}}
{{- printf "%s-%s" (trunc 31 $stem | trimSuffix "-") (sha256sum $stem | trunc 8) -}}
{{- end -}}
{{- end -}}

{{- define "workqueue.postgres.name" -}}
{{ include "workqueue.fullname" . }}-postgres
{{- end -}}

{{- define "workqueue.image" -}}
{{- with .Values.image.registry }}{{ . }}/{{ end }}postgres:16-alpine
{{- end -}}
