{{/* TLS to an external server: what is appended to an inline connection string, and the mount that it speaks of. */}}

{{- define "workqueue.tls.ca" -}}
{{- if and .Values.postgres.tls.enabled .Values.postgres.tls.caBundleSecret }}true{{ end -}}
{{- end -}}

{{- define "workqueue.tls.parameters" -}}
{{- if .Values.postgres.tls.enabled -}}
sslmode={{ .Values.postgres.tls.mode }}
{{- if include "workqueue.tls.ca" . }}&sslrootcert=/etc/workqueue/ca/{{ .Values.postgres.tls.caBundleKey }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "workqueue.tls.mount" -}}
{{- if include "workqueue.tls.ca" . -}}
- name: ca
  mountPath: /etc/workqueue/ca
  readOnly: true
{{- end -}}
{{- end -}}

{{- define "workqueue.tls.volume" -}}
{{- if include "workqueue.tls.ca" . -}}
- name: ca
  secret:
    secretName: {{ .Values.postgres.tls.caBundleSecret }}
    items:
      - key: {{ .Values.postgres.tls.caBundleKey | quote }}
        path: {{ .Values.postgres.tls.caBundleKey | quote }}
{{- end -}}
{{- end -}}
