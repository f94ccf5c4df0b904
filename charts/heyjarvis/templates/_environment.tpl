{{/*
The environment of a container: settings of ours, each a field of the service's settings.py, and the standard names.
Called with (dict "root" $ "it" $component). Kubernetes fills in $(NAME) from variables above it.
*/}}
{{- define "heyjarvis.environment" -}}
{{- if eq .it.kind "model" -}}
- name: HEYJARVIS_OFFLINE_HOST
  value: "0.0.0.0"
- name: HEYJARVIS_OFFLINE_PORT
  value: {{ .it.port | int | quote }}
{{- else if ne .it.kind "telemetry" -}}
{{ include "heyjarvis.commonEnvironment" . }}
{{- if eq .it.kind "agent" }}
- name: MAX_CONCURRENT_INVOCATIONS
  value: {{ .it.capacity | int | quote }}
{{- include "heyjarvis.outsideEnvironment" .it }}
{{- end }}
{{- if eq .it.key "scaler" }}
{{ include "heyjarvis.scalerEnvironment" . }}
{{- end }}
{{- if eq .it.key "orchestrator" }}
{{- include "heyjarvis.budgetEnvironment" .root }}
{{- end }}
{{- if eq .it.key "a2a" }}
- name: HEYJARVIS_A2A_PORT
  value: {{ .it.httpPort | int | quote }}
- name: HEYJARVIS_A2A_URL
  value: {{ .it.url | default (printf "http://%s:%d" (include "heyjarvis.host" (dict "root" .root "name" "a2a")) (int .it.httpPort)) | quote }}
- name: HEYJARVIS_A2A_CARD_TENANT
  value: {{ .it.cardTenant | quote }}
{{- end }}
{{- range .it.calls }}
- name: HEYJARVIS_{{ upper . }}_ADDRESS
  value: {{ include "heyjarvis.address" (dict "root" $.root "name" .) }}
{{- end }}
{{- if .it.usesModel }}
{{ include "heyjarvis.modelEnvironment" .root }}
{{- end }}
{{- with include "heyjarvis.otlpEndpoint" .root }}
{{ include "heyjarvis.podField" (dict "name" "K8S_POD_NAME" "field" "metadata.name") }}
{{ include "heyjarvis.podField" (dict "name" "K8S_POD_UID" "field" "metadata.uid") }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . }}
# What a collector would otherwise have to ask the Kubernetes API for, with a token of its own.
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $.root.Release.Namespace }},k8s.deployment.name={{ $.it.name }},k8s.pod.name=$(K8S_POD_NAME),k8s.pod.uid=$(K8S_POD_UID)
{{- if or $.root.Values.metrics.enabled $.root.Values.telemetry.collector.enabled $.root.Values.telemetry.jaeger.enabled }}
# Prometheus reads metrics from the pods; neither of ours takes them.
- name: OTEL_METRICS_EXPORTER
  value: none
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $value := .it.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "heyjarvis.commonEnvironment" -}}
- name: HEYJARVIS_PROFILE
  value: production
- name: LOG_LEVEL
  value: {{ .root.Values.logLevel }}
- name: HEYJARVIS_PORT
  value: {{ .it.port | int | quote }}
- name: HEYJARVIS_HEALTH_PORT
  value: {{ .root.Values.probes.port | int | quote }}
{{- if .root.Values.metrics.enabled }}
- name: HEYJARVIS_METRICS_PORT
  value: {{ .root.Values.metrics.port | int | quote }}
{{- end }}
- name: HEYJARVIS_DRAIN_GRACE
  value: {{ .it.drainSeconds | int | quote }}
{{- if or (eq .it.kind "agent") (eq .it.key "scaler") }}
{{ include "heyjarvis.podField" (dict "name" "HEYJARVIS_POD_UID" "field" "metadata.uid") }}
{{- end }}
{{- if or (eq .it.kind "agent") (eq .it.key "orchestrator") }}
{{ include "heyjarvis.podField" (dict "name" "HEYJARVIS_NODE" "field" "spec.nodeName") }}
# Empty before Kubernetes 1.35, which began to write the zone of its node on every pod.
{{ include "heyjarvis.podField" (dict "name" "HEYJARVIS_ZONE" "field" "metadata.labels['topology.kubernetes.io/zone']") }}
{{- end }}
{{ include "heyjarvis.podField" (dict "name" "HEYJARVIS_ADVERTISE" "field" "status.podIP") }}
{{ include "heyjarvis.redisEnvironment" .root }}
{{- if .root.Values.auth.enabled }}
- name: HEYJARVIS_TOKENS_FILE
  value: /etc/heyjarvis/tokens/tokens.json
- name: HEYJARVIS_SERVICE_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.auth.existingSecret }}
      key: service-token
{{- else }}
- name: HEYJARVIS_ALLOW_ANONYMOUS
  value: "true"
{{- end }}
{{- end -}}

{{- define "heyjarvis.redisEnvironment" -}}
{{- if .Values.redis.enabled -}}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "heyjarvis.redisSecret" . }}
      key: {{ .Values.redis.auth.secretKey }}
- name: REDIS_URL
  value: redis://:$(REDIS_PASSWORD)@{{ include "heyjarvis.host" (dict "root" . "name" "redis") }}:6379/0
{{- else if .Values.redis.external.existingSecret -}}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.redis.external.existingSecret }}
      key: {{ .Values.redis.external.secretKey }}
{{- else -}}
- name: REDIS_URL
  value: {{ .Values.redis.external.url | quote }}
{{- end }}
- name: HEYJARVIS_REDIS_PREFIX
  value: {{ .Values.redis.prefix | quote }}
{{- end -}}

{{- define "heyjarvis.redisSecret" -}}
{{- .Values.redis.auth.existingSecret | default (printf "%s-redis" (include "heyjarvis.fullname" .)) -}}
{{- end -}}

{{- define "heyjarvis.modelEnvironment" -}}
{{- if include "heyjarvis.offlineModel" . -}}
- name: ANTHROPIC_BASE_URL
  value: http://{{ include "heyjarvis.host" (dict "root" . "name" "offline-model") }}:{{ .Values.model.offline.port | int }}
{{- else -}}
{{- if .Values.model.apiKey.existingSecret -}}
- name: ANTHROPIC_API_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .Values.model.apiKey.existingSecret }}
      key: {{ .Values.model.apiKey.secretKey }}
{{- end }}
{{- with .Values.model.baseUrl }}
- name: ANTHROPIC_BASE_URL
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- with .Values.model.name }}
- name: HEYJARVIS_MODEL
  value: {{ . | quote }}
{{- end }}
{{- with .Values.model.smallName }}
- name: HEYJARVIS_SMALL_MODEL
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "heyjarvis.budgetEnvironment" -}}
{{- with .Values.budgets.tenantDayUsd }}
- name: HEYJARVIS_TENANT_DAY_BUDGET
  value: {{ . | quote }}
{{- end }}
{{- with .Values.budgets.tenantDayUsdByName }}
{{- $pairs := list }}
{{- range $tenant, $usd := . }}{{ $pairs = append $pairs (printf "%s=%v" $tenant $usd) }}{{ end }}
- name: HEYJARVIS_TENANT_DAY_BUDGETS
  value: {{ join "," $pairs | quote }}
{{- end }}
{{- end -}}

{{- define "heyjarvis.scalerEnvironment" -}}
- name: HEYJARVIS_CLUSTER
  value: kubernetes
{{ include "heyjarvis.podField" (dict "name" "HEYJARVIS_POD_NAME" "field" "metadata.name") }}
{{ include "heyjarvis.podField" (dict "name" "HEYJARVIS_NAMESPACE" "field" "metadata.namespace") }}
- name: HEYJARVIS_LEASE
  value: {{ .it.name }}
- name: HEYJARVIS_POLICIES_FILE
  value: /etc/heyjarvis/policies/policies.yaml
{{- with .root.Values.scaler.operators }}
- name: HEYJARVIS_OPERATORS
  value: {{ toJson . | quote }}
{{- end }}
{{- end -}}

{{/* The scaler's file: agent type -> policy, in the names of the message ScalingPolicy as JSON. */}}
{{- define "heyjarvis.policies" -}}
{{- $policies := dict -}}
{{- range $key, $it := include "heyjarvis.components" . | fromYaml -}}
  {{- if eq $it.kind "agent" -}}
    {{- $policy := deepCopy $it.scaling -}}
    {{- $_ := set $policy "mode" (printf "SCALING_MODE_%s" (upper $it.scaling.mode)) -}}
    {{- $_ := set $policy "manualZero" (printf "MANUAL_ZERO_%s" (upper $it.scaling.manualZero)) -}}
    {{- $_ := set $policy "slots" (int $it.capacity) -}}
    {{- $finish := add $it.maxTaskSeconds $.Values.lifecycle.preStopSeconds $.Values.lifecycle.flushSeconds -}}
    {{- $_ := set $policy "drain" (merge (dict "cost" $.Values.scaler.drain.cost "timeout" (printf "%ds" $finish)) $it.scaling.drain) -}}
    {{- $_ := set $policies $it.agentType $policy -}}
  {{- end -}}
{{- end -}}
{{- toYaml $policies -}}
{{- end -}}

{{/* What a pod knows of itself only once it runs. Called with (dict "name" ... "field" ...). */}}
{{- define "heyjarvis.podField" -}}
- name: {{ .name }}
  valueFrom:
    fieldRef:
      fieldPath: {{ .field }}
{{- end -}}
