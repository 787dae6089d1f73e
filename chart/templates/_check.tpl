{{/* What values.schema.json cannot tell: names against names. Each define gives a list of sentences, one a line; none is good. */}}

{{- define "workqueue.check.attachments" -}}
{{- $databases := include "workqueue.catalogue.databases" . | fromYaml -}}
{{- $prefixes := dict -}}
{{- $taken := dict -}}
{{- range (include "workqueue.attachments" . | fromYaml).attachments -}}
{{- $what := printf "%s%s" .database (.follower | ternary "'s follower" "") -}}
{{- if not (hasKey $databases .database) }}
catalogue.attachments: {{ .database }} is not declared in catalogue.databases
{{- else if and .follower (not (get $databases .database).follower) }}
catalogue.attachments: {{ .database }} has no follower: set catalogue.databases.{{ .database }}.follower
{{- end }}
{{- if hasKey $prefixes .prefix }}
catalogue.attachments: {{ get $prefixes .prefix }} and {{ $what }} would both be {{ .prefix }}_URL: names are unique after - is written as _
{{- end }}
{{- if hasKey $taken $what }}
catalogue.attachments: {{ $what }} is attached twice: every attachment has a role and a database of its own, so declare another
{{- end }}
{{- $_ := set $prefixes .prefix $what -}}
{{- $_ := set $taken $what true -}}
{{- end -}}
{{- end -}}

{{/* A variable of an attachment, or of the worker itself, comes from one place. */}}
{{- define "workqueue.check.variables" -}}
{{- $own := dict -}}
{{- range list "SCRIPTS" "SQL" "COMPONENT" "POD_NAME" "STORE_URL" "TASK_SIGNING_KEY" "BATCH" "INTERVAL" }}{{/* plimsoll: one way -- the list is written here */}}{{ $_ := set $own . "the worker itself" }}{{ end -}}
{{- range (include "workqueue.attachments" . | fromYaml).attachments -}}
{{- $database := .database -}}
{{- $prefix := .prefix -}}
{{- range list "URL" "HOST" "PORT" "USER" "DATABASE" "PASSWORD_URLSAFE" -}}{{- /* plimsoll: one way -- the list is written here */ -}}
{{- $name := printf "%s_%s" $prefix . -}}
{{- if eq (get $own $name) "the worker itself" }}
catalogue.attachments: {{ $name }} of {{ $database }} would take the place of the worker's own: choose another name
{{- end }}
{{- $_ := set $own $name (printf "the attachment of %s" $database) -}}
{{- end -}}
{{- end -}}
{{- range .Values.worker.extraEnv -}}
{{- if hasKey $own .name }}
worker.extraEnv: {{ .name }} is given by {{ get $own .name }} already, and the later one would win without a word
{{- end }}
{{- $_ := set $own .name "worker.extraEnv" -}}
{{- end -}}
{{- end -}}

{{- define "workqueue.check.nodes" -}}
{{- $database := .Values.pgEdge.database -}}
{{- $nodes := .Values.pgEdge.nodes -}}
{{- $seen := dict -}}
{{- range $nodes -}}
{{- $normal := include "workqueue.nodes.normal" .name -}}
{{- if hasKey $seen $normal }}
pgEdge.nodes: {{ get $seen $normal }} and {{ .name }} are one node to Spock, which writes - as _
{{- end }}
{{- $_ := set $seen $normal .name -}}
{{- end -}}
{{- range $node := $nodes -}}
{{- with $node.bootstrap -}}
{{- if and .sourceNode (or (eq .sourceNode $node.name) (not (hasKey $seen (include "workqueue.nodes.normal" .sourceNode)))) }}
pgEdge.nodes: {{ $node.name }} is to be bootstrapped from {{ .sourceNode }}, which is no other node
{{- end }}
{{- end -}}
{{- range $peer := $nodes -}}{{- /* plimsoll: one way -- a node is among them */ -}}
{{- $slot := include "workqueue.nodes.slot" (dict "database" $database "provider" $node.name "subscriber" $peer.name) -}}
{{- if and (ne $node.name $peer.name) (gt (len $slot) 63) }}
pgEdge.nodes: slot {{ $slot }} has {{ len $slot }} bytes, and Postgres takes 63: shorten the names of {{ $node.name }} and {{ $peer.name }}
{{- end }}
{{- end -}}
{{- end -}}
{{- end -}}
