{{/* Names that Spock gives on a cluster of several nodes; here and nowhere else is `-` written as `_`. */}}

{{- define "workqueue.nodes.normal" -}}
{{- . | replace "-" "_" -}}
{{- end -}}

{{/* Call with (dict "database" D "provider" P "subscriber" S). */}}
{{- define "workqueue.nodes.slot" -}}
{{- $provider := include "workqueue.nodes.normal" .provider -}}
{{- printf "spk_%s_%s_sub_%s_%s" (include "workqueue.nodes.normal" .database) $provider $provider (include "workqueue.nodes.normal" .subscriber) -}}
{{- end -}}
