{{/* The parts of a pod. All are called with (dict "root" $ "it" $component). */}}

{{- define "heyjarvis.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "heyjarvis.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: {{ .root.Values.readOnlyRootFilesystem }}
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "heyjarvis.ports" -}}
{{- if eq .it.kind "model" -}}
- name: http
  containerPort: {{ .it.port | int }}
{{- else if eq .it.kind "telemetry" -}}
{{- range $name, $port := .it.ports }}
- name: {{ $name }}
  containerPort: {{ $port | int }}
{{- end }}
{{- else -}}
- name: grpc
  containerPort: {{ .it.port | int }}
{{- with .it.httpPort }}
- name: http
  containerPort: {{ . | int }}
{{- end }}
- name: health
  containerPort: {{ .root.Values.probes.port | int }}
{{- if .root.Values.metrics.enabled }}
- name: metrics
  containerPort: {{ .root.Values.metrics.port | int }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* Liveness: the process lives. Readiness: it can serve; never whether it is idle, or a shrink would take busy pods. */}}
{{- define "heyjarvis.probes" -}}
{{- $probes := .root.Values.probes -}}
startupProbe:
  {{- include "heyjarvis.probe" (dict "root" .root "it" .it "service" "liveness") | nindent 2 }}
  periodSeconds: 2
  timeoutSeconds: {{ $probes.timeoutSeconds }}
  failureThreshold: {{ $probes.startupAttempts }}
livenessProbe:
  {{- include "heyjarvis.probe" (dict "root" .root "it" .it "service" "liveness") | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: {{ $probes.timeoutSeconds }}
  failureThreshold: 3
readinessProbe:
  {{- include "heyjarvis.probe" (dict "root" .root "it" .it "service" "readiness") | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: {{ $probes.timeoutSeconds }}
  failureThreshold: 2
{{- end -}}

{{- define "heyjarvis.probe" -}}
{{- if eq .it.kind "model" -}}
httpGet:
  path: /healthz
  port: http
{{- else if eq .it.kind "telemetry" -}}
httpGet:
  path: /
  port: {{ hasKey .it.ports "health" | ternary "health" "ui" }}
{{- else -}}
grpc:
  port: {{ .root.Values.probes.port | int }}
  service: {{ .service }}
{{- end -}}
{{- end -}}

{{- define "heyjarvis.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- if and .root.Values.auth.enabled (has .it.kind (list "service" "agent")) }}
- name: tokens
  mountPath: /etc/heyjarvis/tokens
  readOnly: true
{{- end }}
{{- if eq .it.key "scaler" }}
- name: policies
  mountPath: /etc/heyjarvis/policies
  readOnly: true
{{- else if include "heyjarvis.mcpSecrets" .it }}
- name: mcp
  mountPath: /etc/heyjarvis/mcp
  readOnly: true
{{- else if eq .it.key "otel-collector" }}
- name: config
  mountPath: /etc/otel
  readOnly: true
{{- end }}
{{- end -}}

{{- define "heyjarvis.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- if and .root.Values.auth.enabled (has .it.kind (list "service" "agent")) }}
- name: tokens
  secret:
    secretName: {{ .root.Values.auth.existingSecret }}
    items:
      - key: tokens.json
        path: tokens.json
{{- end }}
{{- if eq .it.key "scaler" }}
- name: policies
  configMap:
    name: {{ .it.name }}-policies
{{- else if include "heyjarvis.mcpSecrets" .it }}
- name: mcp
  projected:
    sources:
      {{- include "heyjarvis.mcpSecrets" .it | nindent 6 }}
{{- else if eq .it.key "otel-collector" }}
- name: config
  configMap:
    name: {{ .it.name }}
{{- end }}
{{- end -}}

{{/* What makes running pods go when something they read at start changes. A Secret's version, never its content. */}}
{{- define "heyjarvis.podAnnotations" -}}
{{- $root := .root -}}
{{- $annotations := deepCopy (.it.podAnnotations | default dict) -}}
{{- if eq .it.key "scaler" -}}
  {{- $_ := set $annotations "checksum/policies" (include "heyjarvis.policies" $root | sha256sum) -}}
{{- end -}}
{{- if eq .it.key "otel-collector" -}}
  {{- $_ := set $annotations "checksum/config" (tpl ($root.Files.Get "files/collector.yaml") $root | sha256sum) -}}
{{- end -}}
{{- $secrets := dict -}}
{{- if and .it.usesModel $root.Values.model.apiKey.existingSecret -}}
  {{- $_ := set $secrets "model-key" $root.Values.model.apiKey.existingSecret -}}
{{- end -}}
{{- if and $root.Values.auth.enabled (has .it.kind (list "service" "agent")) -}}
  {{- $_ := set $secrets "tokens" $root.Values.auth.existingSecret -}}
{{- end -}}
{{- if dig "foreign" "token" "existingSecret" "" .it -}}
  {{- $_ := set $secrets "foreign-token" .it.foreign.token.existingSecret -}}
{{- end -}}
{{- range $name, $secret := $secrets -}}
  {{- $live := lookup "v1" "Secret" $root.Release.Namespace $secret | default dict -}}
  {{- $version := dig "metadata" "resourceVersion" "" $live -}}
  {{- $_ := set $annotations (printf "checksum/%s" $name) (printf "%s %s" $secret $version | sha256sum) -}}
{{- end -}}
{{- if and (eq .it.kind "agent") .it.keepFromEviction -}}
  {{- $_ := set $annotations "cluster-autoscaler.kubernetes.io/safe-to-evict" "false" -}}
{{- end -}}
{{- if $annotations -}}{{- toYaml $annotations -}}{{- end -}}
{{- end -}}

{{- define "heyjarvis.spread" -}}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "heyjarvis.componentSelector" $ | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}
