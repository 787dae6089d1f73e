{{/* Names and labels of the catalogue's objects. */}}

{{/* Call with (dict "root" $ "suffix" "db-orders"). Short enough for a StatefulSet; a cut name ends in a hash. */}}
{{- define "workqueue.catalogue.name" -}}
{{- $name := printf "%s-%s" (include "workqueue.fullname" .root) .suffix -}}
{{- if le (len $name) 52 -}}
{{- $name -}}
{{- else -}}
{{- printf "%s-%s" (trunc 43 $name | trimSuffix "-") (sha256sum $name | trunc 8) -}}
{{- end -}}
{{- end -}}

{{/* Labels of a server's pod and the selector of its Service. Call with (dict "root" $ "server" "db-orders"). */}}
{{- define "workqueue.catalogue.selector" -}}
{{ include "workqueue.selector" (dict "root" .root "component" "database") }}
databases.workqueue/server: {{ .server }}
{{- end -}}

{{/* Call with (dict "root" $ "plan" "small" "locality" "OnCluster"). */}}
{{- define "workqueue.catalogue.labels" -}}
{{ include "workqueue.labels" (dict "root" .root "component" "database") }}
databases.workqueue/locality: {{ .locality }}
{{- with .plan }}
databases.workqueue/plan: {{ . }}
{{- end }}
{{- end -}}

{{/* The mount and the volume of the catalogue's programs. */}}
{{- define "workqueue.catalogue.programs.mount" -}}
- name: programs
  mountPath: /opt/catalogue
  readOnly: true
{{- end -}}

{{- define "workqueue.catalogue.programs.volume" -}}
- name: programs
  configMap:
    name: {{ include "workqueue.catalogue.name" (dict "root" . "suffix" "catalogue") }}
{{- end -}}
