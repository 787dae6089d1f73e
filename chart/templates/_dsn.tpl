{{/* Connection strings: where each comes from, and their text where the chart writes it. */}}

{{/* Not empty in embedded mode. */}}
{{- define "workqueue.embedded" -}}
{{- if eq .Values.postgres.mode "embedded" }}true{{ end -}}
{{- end -}}

{{/* Name of the dedicated Secret of an external server; empty where there is none. */}}
{{- define "workqueue.dsn.dedicated" -}}
{{- if not (include "workqueue.embedded" .) }}{{ .Values.postgres.external.existingSecret }}{{ end -}}
{{- end -}}

{{/* Call with (dict "root" $ "user" U "password" P). urlquery writes a space as +, which libpq takes literally. */}}
{{- define "workqueue.dsn.server" -}}
postgresql://{{ .user }}:{{ .password | urlquery | replace "+" "%20" }}@{{ include "workqueue.postgres.name" .root }}:5432/workqueue
{{- end -}}

{{/* The inline connection string with what TLS adds to it. */}}
{{- define "workqueue.dsn.inline" -}}
{{- $url := required "postgres.external needs a connectionString or an existingSecret" .Values.postgres.external.connectionString -}}
{{- $tls := include "workqueue.tls.parameters" . -}}
{{- $url }}{{ with $tls }}{{ contains "?" $url | ternary "&" "?" }}{{ . }}{{ end -}}
{{- end -}}

{{/* The three keys as a map in YAML; empty where a Secret that the chart does not write holds them. */}}
{{- define "workqueue.dsn.keys" -}}
{{- if include "workqueue.embedded" . -}}
{{- $owner := include "workqueue.dsn.server" (dict "root" . "user" "workqueue" "password" .Values.postgres.embedded.password) -}}
STORE_URL: {{ $owner | quote }}
READONLY_STORE_URL: {{ include "workqueue.dsn.server" (dict "root" . "user" "workqueue_readonly" "password" .Values.postgres.embedded.readonlyPassword) | quote }}
CONTROL_PLANE_STORE_URL: {{ $owner | quote }}
{{- else if not (include "workqueue.dsn.dedicated" .) -}}
{{- $url := include "workqueue.dsn.inline" . -}}
STORE_URL: {{ $url | quote }}
READONLY_STORE_URL: {{ $url | quote }}
CONTROL_PLANE_STORE_URL: {{ $url | quote }}
{{- end -}}
{{- end -}}

{{/* One environment entry. Call with (dict "root" $ "key" "STORE_URL"). The dedicated Secret wins over the chart's and the whole one. */}}
{{- define "workqueue.dsn.env" -}}
{{- $dedicated := include "workqueue.dsn.dedicated" .root -}}
- name: {{ .key }}
  valueFrom:
    secretKeyRef:
      name: {{ $dedicated | default (include "workqueue.secret.name" .root) }}
      key: {{ empty $dedicated | ternary .key .root.Values.postgres.external.connectionStringKey }}
{{- end -}}
