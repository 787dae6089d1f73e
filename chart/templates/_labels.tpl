{{/* Labels. Those of a pod never carry a version: a new version of the chart must not restart the database for it. */}}

{{/* Call with (dict "root" $ "component" "store"). Immutable in a selector. */}}
{{- define "workqueue.selector" -}}
app.kubernetes.io/name: workqueue
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "workqueue.labels" -}}
{{ include "workqueue.selector" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}
