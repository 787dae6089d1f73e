{{/* What all pods and containers of this chart share: the restricted profile, their volumes and their sidecar. */}}

{{- define "workqueue.pod" -}}
{{ include "workqueue.pod.as" (dict "root" . "account" (include "workqueue.fullname" .)) }}
{{- end -}}

{{/* Call with (dict "root" $ "account" NAME): a pod of another ServiceAccount. */}}
{{- define "workqueue.pod.as" -}}
serviceAccountName: {{ .account }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  # `postgres` in the alpine image.
  runAsUser: 70
  runAsGroup: 70
  fsGroup: 70
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}{{/* plimsoll: one way -- `with` has looked */}}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The token of the pod's ServiceAccount, for the one container that mounts it at
     /var/run/secrets/kubernetes.io/serviceaccount; pods of this chart get none by themselves. */}}
{{- define "workqueue.pod.token" -}}
- name: token
  projected:
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3600
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
      - downwardAPI:
          items:
            - path: namespace
              fieldRef:
                fieldPath: metadata.namespace
{{- end -}}

{{- define "workqueue.container" -}}
image: {{ include "workqueue.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{ include "workqueue.container.security" . }}
{{- end -}}

{{- define "workqueue.container.security" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* Mounts of a container that connects. */}}
{{- define "workqueue.mounts" -}}
- name: scripts
  mountPath: /opt/workqueue
  readOnly: true
- name: run
  mountPath: /run/workqueue
{{- with include "workqueue.tls.mount" . }}
{{ . }}
{{- end }}
{{- with include "workqueue.proxy.mount" . }}
{{ . }}
{{- end }}
{{- end -}}

{{- define "workqueue.volumes" -}}
- name: scripts
  configMap:
    name: {{ include "workqueue.fullname" . }}-scripts
- name: run
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi
{{- with include "workqueue.tls.volume" . }}
{{ . }}
{{- end }}
{{- with include "workqueue.proxy.volume" . }}
{{ . }}
{{- end }}
{{- end -}}
