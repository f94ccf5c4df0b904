{{/* Programs of others that an agent works with: tool servers, and the foreign agent it stands for. Called with a component. */}}

{{- define "heyjarvis.outsideEnvironment" -}}
{{- with .mcpServers }}
- name: HEYJARVIS_AGENT_MCP_SERVERS
  value: {{ include "heyjarvis.mcpServers" . | quote }}
{{- end }}
{{- if .foreign.url }}
- name: HEYJARVIS_FOREIGN_URL
  value: {{ .foreign.url | quote }}
{{- with .foreign.hosts }}
- name: HEYJARVIS_FOREIGN_HOSTS
  value: {{ join "," . | quote }}
{{- end }}
{{- if .foreign.token.existingSecret }}
- name: HEYJARVIS_FOREIGN_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .foreign.token.existingSecret }}
      key: {{ .foreign.token.secretKey }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Tool servers as the setting wants them, a JSON list in which each Secret is the file it is mounted as. */}}
{{- define "heyjarvis.mcpServers" -}}
{{- $servers := list -}}
{{- range $name, $own := . -}}
  {{- $server := merge (dict "name" $name) (omit $own "headers" "environment" "peers") -}}
  {{- range $field := list "headers" "environment" -}}
    {{- range $key, $value := index $own $field -}}
      {{- $said := kindIs "string" $value | ternary $value (dict "file" (printf "/etc/heyjarvis/mcp/%s/%s" $name $key)) -}}
      {{- $_ := set $server $field (merge (dict $key $said) (index $server $field | default dict)) -}}
    {{- end -}}
  {{- end -}}
  {{- $servers = append $servers $server -}}
{{- end -}}
{{- toJson $servers -}}
{{- end -}}

{{/* The Secrets of tool servers as sources of one volume; empty when there are none. */}}
{{- define "heyjarvis.mcpSecrets" -}}
{{- range $name, $own := .mcpServers }}
{{- range $key, $value := merge (dict) ($own.headers | default dict) ($own.environment | default dict) }}
{{- if kindIs "map" $value }}
- secret:
    name: {{ $value.existingSecret }}
    items:
      - key: {{ $value.secretKey }}
        path: {{ $name }}/{{ $key }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "heyjarvis.outsideEgress" -}}
{{- range .mcpServers }}
{{- if .url }}
{{ include "heyjarvis.peers" (dict "way" "to" "peers" .peers "ports" (list (include "heyjarvis.portOf" .url))) }}
{{- end }}
{{- end }}
{{- with .foreign }}
{{- if .url }}
{{- $ports := list (include "heyjarvis.portOf" .url) }}
{{- range .hosts }}
{{- $ports = append $ports (include "heyjarvis.portOf" (printf "%s://%s" (urlParse $.foreign.url).scheme .)) }}
{{- end }}
{{ include "heyjarvis.peers" (dict "way" "to" "peers" .peers "ports" (uniq $ports)) }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The port of a URL. */}}
{{- define "heyjarvis.portOf" -}}
{{- (urlParse .).host | regexFind ":[0-9]+$" | trimPrefix ":" | default (hasPrefix "https:" . | ternary "443" "80") -}}
{{- end -}}
