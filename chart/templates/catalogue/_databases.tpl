{{/* What is declared in catalogue.databases, read once into plain maps: databases, the servers that hold them, their Secrets. */}}

{{/* Every plan that has a server of its own, with its storage. */}}
{{- define "workqueue.catalogue.plans" -}}
small: 1Gi
medium: 10Gi
large: 50Gi
{{- end -}}

{{/* A map in YAML: name to plan, storage, locality, replicas, persistent, follower, server, host, user, database, secret. */}}
{{- define "workqueue.catalogue.databases" -}}
{{- $root := . -}}
{{- $plans := include "workqueue.catalogue.plans" . | fromYaml -}}
{{- $all := dict -}}
{{- range $name, $given := .Values.catalogue.databases -}}
{{- $server := ne (toString $given.plan) "shared" | ternary (printf "db-%s" $name) "dbshared" -}}
{{- $user := $name | replace "-" "_" -}}
{{- $entry := dict "locality" "OnCluster" "plan" $given.plan "server" $server "user" $user "database" $user -}}
{{- $_ := set $entry "storage" (eq $server "dbshared" | ternary $root.Values.catalogue.shared.storage (get $plans (toString $given.plan))) -}}
{{- $_ := set $entry "replicas" (hasKey $given "replicas" | ternary $given.replicas 1 | int) -}}
{{- $_ := set $entry "persistent" (hasKey $given "persistent" | ternary $given.persistent true) -}}
{{- $_ := set $entry "follower" (hasKey $given "follower" | ternary $given.follower false) -}}
{{- $_ := set $entry "host" (include "workqueue.catalogue.name" (dict "root" $root "suffix" $server)) -}}
{{- $_ := set $entry "secret" (include "workqueue.catalogue.name" (dict "root" $root "suffix" (printf "db-%s" $name))) -}}
{{- with $given.existingSecret -}}
{{- $entry = dict "locality" "Remote" "secret" . "follower" false -}}
{{- end -}}
{{- $_ := set $all $name $entry -}}
{{- end -}}
{{- $all | toYaml -}}
{{- end -}}

{{/* A map in YAML: the servers of this release by suffix of their name; a follower names its primary. */}}
{{- define "workqueue.catalogue.servers" -}}
{{- $root := . -}}
{{- $all := dict -}}
{{- range $name, $db := include "workqueue.catalogue.databases" . | fromYaml -}}
{{- if eq $db.locality "OnCluster" -}}
{{- $admin := include "workqueue.catalogue.name" (dict "root" $root "suffix" (printf "dbadmin-%s" (trimPrefix "db-" $db.server))) -}}
{{- $server := dict "plan" $db.plan "storage" $db.storage "replicas" $db.replicas "persistent" $db.persistent "admin" $admin "primary" "" -}}
{{- with get $all $db.server -}}
{{- $_ := set $server "replicas" (max .replicas $db.replicas) -}}
{{- end -}}
{{- $_ := set $all $db.server $server -}}
{{- if $db.follower -}}
{{- $follower := dict "plan" $db.plan "storage" $db.storage "replicas" $db.replicas "persistent" true "primary" $db.host -}}
{{- $_ := set $follower "admin" (include "workqueue.catalogue.follower" (dict "root" $root "name" $name)) -}}
{{- $_ := set $all (printf "dbfollower-%s" $name) $follower -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $all | toYaml -}}
{{- end -}}

{{/* Name of a follower's Service and Secret. Call with (dict "root" $ "name" "orders"). */}}
{{- define "workqueue.catalogue.follower" -}}
{{- include "workqueue.catalogue.name" (dict "root" .root "suffix" (printf "dbfollower-%s" .name)) -}}
{{- end -}}

{{/* A map in YAML: every Secret that the credentials Job fills, with user, database and host that go with the password. */}}
{{- define "workqueue.catalogue.secrets" -}}
{{- $root := . -}}
{{- $all := dict -}}
{{- range $suffix, $server := include "workqueue.catalogue.servers" . | fromYaml -}}
{{- $host := include "workqueue.catalogue.name" (dict "root" $root "suffix" $suffix) -}}
{{- if not $server.primary -}}
{{- $_ := set $all $server.admin (dict "user" "postgres" "database" "postgres" "host" $host "plan" $server.plan "kind" "admin") -}}
{{- end -}}
{{- end -}}
{{- range $name, $db := include "workqueue.catalogue.databases" . | fromYaml -}}
{{- if eq $db.locality "OnCluster" -}}
{{- $_ := set $all $db.secret (dict "user" $db.user "database" $db.database "host" $db.host "plan" $db.plan "kind" "owner") -}}
{{- if $db.follower -}}
{{- $follower := include "workqueue.catalogue.follower" (dict "root" $root "name" $name) -}}
{{- $_ := set $all $follower (dict "user" (printf "%s_readonly" $db.user) "database" $db.database "host" $follower "plan" $db.plan "kind" "follower") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $all | toYaml -}}
{{- end -}}
