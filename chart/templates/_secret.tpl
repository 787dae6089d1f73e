{{/* The Secret that the components read: the chart's own, or the one for the whole chart that the operator made. */}}

{{- define "workqueue.secret.name" -}}
{{- .Values.secrets.existingSecret | default (include "workqueue.fullname" .) -}}
{{- end -}}

{{/* Contents of the chart's own Secret, as a map in YAML. Nothing in it is random: the same values give the same bytes. */}}
{{- define "workqueue.secret.data" -}}
TASK_SIGNING_KEY: {{ .Values.secrets.taskSigningKey | default "" | quote }}
{{- with include "workqueue.dsn.keys" . }}
{{ . }}
{{- end }}
{{- if include "workqueue.embedded" . }}
POSTGRES_PASSWORD: {{ .Values.postgres.embedded.password | quote }}
READONLY_PASSWORD: {{ .Values.postgres.embedded.readonlyPassword | quote }}
{{- end }}
{{- end -}}

{{/* Checksum of the keys that a pod reads, and of no other. Call with (dict "root" $ "keys" (list ...)). */}}
{{- define "workqueue.secret.checksum" -}}
{{- if not .root.Values.secrets.existingSecret -}}
{{- $data := include "workqueue.secret.data" .root | fromYaml -}}
{{- $read := dict -}}
{{- range .keys }}{{/* plimsoll: one way -- every caller names keys */}}{{ if hasKey $data . }}{{ $_ := set $read . (get $data .) }}{{ end }}{{ end -}}
checksum/secret: {{ $read | toJson | sha256sum }}
{{- end -}}
{{- end -}}
