{{/* The components' programs: files of this chart, in one ConfigMap. */}}

{{/* Checksum of the files that a component runs. Call with (dict "root" $ "files" (list "store.sh" ...)). */}}
{{- define "workqueue.scripts.checksum" -}}
{{- $text := list -}}
{{- range .files }}{{/* plimsoll: one way -- every caller names files */}}{{ $text = append $text ($.root.Files.Get (printf "files/%s" .)) }}{{ end -}}
checksum/scripts: {{ $text | join "\n" | sha256sum }}
{{- end -}}

{{- define "workqueue.scripts.env" -}}
- name: SCRIPTS
  value: /opt/workqueue
- name: SQL
  value: /opt/workqueue
- name: COMPONENT
  value: {{ .component }}
{{- end -}}
