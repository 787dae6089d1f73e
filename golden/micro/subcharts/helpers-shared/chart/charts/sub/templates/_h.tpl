{{ define "shared" }}child{{ end }}
