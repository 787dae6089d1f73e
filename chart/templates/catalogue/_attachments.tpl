{{/* Attachments: the variables by which a worker reaches a database, under a prefix. */}}

{{/* The prefix of a name: `my-db` is MY_DB. */}}
{{- define "workqueue.attachments.prefix" -}}
{{- . | upper | replace "-" "_" -}}
{{- end -}}

{{/* A list in YAML under `attachments`: prefix, database, follower. The first without a name is DATABASE, a further one
     DATABASE_ and its database's name: that depends on nothing but its own entry and on whether it is the first. */}}
{{- define "workqueue.attachments" -}}
{{- $all := list -}}
{{- $named := false -}}
{{- range .Values.catalogue.attachments -}}
{{- $name := .name -}}
{{- if not $name -}}
{{- $name = $named | ternary (printf "DATABASE_%s" .database) "DATABASE" -}}
{{- $named = true -}}
{{- end -}}
{{- $follower := hasKey . "follower" | ternary .follower false -}}
{{- $all = append $all (dict "prefix" (include "workqueue.attachments.prefix" $name) "database" .database "follower" $follower) -}}
{{- end -}}
{{- dict "attachments" $all | toYaml -}}
{{- end -}}

{{/* The variables of all attachments. The password is URL-safe because the credentials Job makes it so. */}}
{{- define "workqueue.attachments.env" -}}
{{- $root := . -}}
{{- $databases := include "workqueue.catalogue.databases" . | fromYaml -}}
{{- range (include "workqueue.attachments" . | fromYaml).attachments }}
{{- $db := get $databases .database }}
{{- if not $db }}{{/* check.yaml says so. */}}
{{- else if eq $db.locality "Remote" }}
{{- $secret := $db.secret }}
{{- $prefix := .prefix }}
{{- range $part, $key := dict "HOST" "POSTGRES_HOST" "PORT" "POSTGRES_PORT" "USER" "POSTGRES_USER" "DATABASE" "POSTGRES_DB" "URL" "URI" }}{{/* plimsoll: one way -- the keys are written here */}}
- name: {{ $prefix }}_{{ $part }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $key }}
{{- end }}
{{- else }}
{{- $host := $db.host }}
{{- $user := $db.user }}
{{- $secret := $db.secret }}
{{- $options := "" }}
{{- if .follower }}
{{- $host = include "workqueue.catalogue.follower" (dict "root" $root "name" .database) }}
{{- $user = printf "%s_readonly" $db.user }}
{{- $secret = $host }}
{{- $options = "?options=-c%20default_transaction_read_only%3Don" }}
{{- end }}
- name: {{ .prefix }}_HOST
  value: {{ $host }}
- name: {{ .prefix }}_PORT
  value: "5432"
- name: {{ .prefix }}_USER
  value: {{ $user }}
- name: {{ .prefix }}_DATABASE
  value: {{ $db.database }}
- name: {{ .prefix }}_PASSWORD_URLSAFE
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: POSTGRES_PASSWORD
- name: {{ .prefix }}_URL
  value: {{ printf "postgresql://%s:$(%s_PASSWORD_URLSAFE)@%s:5432/%s%s" $user .prefix $host $db.database $options | quote }}
{{- end }}
{{- end }}
{{- end -}}
