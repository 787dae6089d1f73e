{{/* What every Postgres server of this chart shares, the queue's own and the catalogue's. */}}

{{/* Call with (dict "user" U "database" D). Recovery after a crash may take long: half an hour to start, and no liveness probe
     to cut it short. */}}
{{- define "workqueue.server.probes" -}}
{{- $ready := printf "[pg_isready, --host=127.0.0.1, --port=5432, --username=%s, --dbname=%s]" .user .database -}}
startupProbe:
  exec:
    command: {{ $ready }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 360
readinessProbe:
  exec:
    command: {{ $ready }}
  periodSeconds: 5
  timeoutSeconds: 5
{{- end -}}

{{/* Folders that a read-only root file system cannot have. */}}
{{- define "workqueue.server.mounts" -}}
- name: run
  mountPath: /var/run/postgresql
- name: tmp
  mountPath: /tmp
- name: shm
  mountPath: /dev/shm
{{- end -}}

{{/* Call with the size of /dev/shm. */}}
{{- define "workqueue.server.volumes" -}}
- name: run
  emptyDir: {}
- name: tmp
  emptyDir: {}
- name: shm
  emptyDir:
    medium: Memory
    sizeLimit: {{ . }}
{{- end -}}
