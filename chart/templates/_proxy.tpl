{{/* An auth proxy beside every component that connects: a sidecar that starts before it and ends after it. */}}

{{- define "workqueue.proxy.enabled" -}}
{{- $external := .Values.postgres.external -}}
{{- if and (not (include "workqueue.embedded" .)) (eq (default "direct" $external.transport) "proxy") $external.proxy.image }}true{{ end -}}
{{- end -}}

{{- define "workqueue.proxy.container" -}}
{{- if include "workqueue.proxy.enabled" . -}}
- name: auth-proxy
  image: {{ .Values.postgres.external.proxy.image | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  restartPolicy: Always
  {{- with .Values.postgres.external.proxy.args }}
  args:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- include "workqueue.container.security" . | nindent 2 }}
  resources:
    requests: {cpu: 10m, memory: 32Mi}
    limits: {memory: 256Mi}
  volumeMounts:
    - name: proxy
      mountPath: /run/proxy
{{- end -}}
{{- end -}}

{{- define "workqueue.proxy.mount" -}}
{{- if include "workqueue.proxy.enabled" . -}}
- name: proxy
  mountPath: /run/proxy
{{- end -}}
{{- end -}}

{{- define "workqueue.proxy.volume" -}}
{{- if include "workqueue.proxy.enabled" . -}}
- name: proxy
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi
{{- end -}}
{{- end -}}
