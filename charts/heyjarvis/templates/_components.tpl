{{/*
What runs, as one map that every template loops over: name -> component, defaults merged in.

    kind       service, agent, model (the offline model) or telemetry (collector, Jaeger)
    key        what the objects are called after the release: orchestrator, agent-market-research
    component  the label app.kubernetes.io/component: the key, and for every agent `agent`
    agentType  of agents alone, such as market_research
*/}}
{{- define "heyjarvis.components" -}}
{{- $all := dict -}}
{{- $full := include "heyjarvis.fullname" . -}}
{{- range $name, $own := .Values.services -}}
  {{- if and (or (ne $name "scaler") $.Values.scaler.enabled) (dig "enabled" true ($own | default dict)) -}}
    {{- $it := mergeOverwrite (deepCopy $.Values.defaults) (deepCopy ($own | default dict)) -}}
    {{- $_ := mergeOverwrite $it (dict "kind" "service" "key" $name "component" $name "imageName" $name) -}}
    {{- $_ := set $all $name $it -}}
  {{- end -}}
{{- end -}}
{{- range $type, $own := .Values.agents -}}
  {{- $key := printf "agent-%s" ($type | replace "_" "-") -}}
  {{- $it := mergeOverwrite (omit (deepCopy $.Values.defaults) "replicas") (deepCopy $.Values.agentDefaults) (deepCopy ($own | default dict)) -}}
  {{- $_ := set $it "usesModel" (and $it.usesModel (not $it.foreign.url)) -}}
  {{- $_ := mergeOverwrite $it (dict "kind" "agent" "key" $key "component" "agent" "imageName" $key "agentType" $type "drainSeconds" $it.maxTaskSeconds) -}}
  {{- $_ := set $all $key $it -}}
{{- end -}}
{{- if include "heyjarvis.offlineModel" . -}}
  {{- $it := mergeOverwrite (deepCopy .Values.defaults) (deepCopy .Values.model.offline) -}}
  {{- $_ := mergeOverwrite $it (dict "kind" "model" "key" "offline-model" "component" "offline-model" "imageName" "offline-model") -}}
  {{- $_ := set $all "offline-model" $it -}}
{{- end -}}
{{- range $key, $ports := dict "otel-collector" (dict "otlp-grpc" 4317 "otlp-http" 4318 "health" 13133) "jaeger" (dict "otlp-grpc" 4317 "otlp-http" 4318 "ui" 16686) -}}
  {{- $own := index $.Values.telemetry (eq $key "jaeger" | ternary "jaeger" "collector") -}}
  {{- if $own.enabled -}}
    {{- $it := mergeOverwrite (deepCopy $.Values.defaults) (deepCopy $own) -}}
    {{- $_ := mergeOverwrite $it (dict "kind" "telemetry" "key" $key "component" $key "ports" $ports "replicas" 1) -}}
    {{- $_ := set $all $key $it -}}
  {{- end -}}
{{- end -}}
{{- range $key, $it := $all -}}
  {{- $_ := set $it "name" (printf "%s-%s" $full $key) -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}

{{/* Not empty when the offline model takes Claude's place: there is neither a key nor another server. */}}
{{- define "heyjarvis.offlineModel" -}}
{{- if not (or .Values.model.apiKey.existingSecret .Values.model.baseUrl) -}}yes{{- end -}}
{{- end -}}

{{/* Seconds from the request to stop until the kill: work in hand, then preStop and the last flush. */}}
{{- define "heyjarvis.grace" -}}
{{- $computed := add .it.drainSeconds .root.Values.lifecycle.preStopSeconds .root.Values.lifecycle.flushSeconds -}}
{{- .it.terminationGracePeriodSeconds | default $computed | int -}}
{{- end -}}

{{/* How many pods the template asks for; empty where a scaler owns the number, as a template must then not name it. */}}
{{- define "heyjarvis.replicas" -}}
{{- if ne .it.kind "agent" -}}
{{- .it.replicas | int -}}
{{- else if and (not .root.Values.scaler.enabled) (ne .it.scaling.mode "hpa") -}}
{{- .it.replicas | default .it.scaling.minReplicas | int -}}
{{- end -}}
{{- end -}}

{{/* host:port of a service of ours, for clients that balance over every pod behind a headless name. */}}
{{- define "heyjarvis.address" -}}
{{- $service := index .root.Values.services .name -}}
{{ include "heyjarvis.host" . }}:{{ $service.port | int }}
{{- end -}}

{{/* Where traces go; empty when nowhere. */}}
{{- define "heyjarvis.otlpEndpoint" -}}
{{- if .Values.telemetry.collector.enabled -}}
http://{{ include "heyjarvis.host" (dict "root" . "name" "otel-collector") }}:4317
{{- else -}}
{{- include "heyjarvis.tracesEnd" . -}}
{{- end -}}
{{- end -}}

{{/* Where they end up, be it through a collector. */}}
{{- define "heyjarvis.tracesEnd" -}}
{{- if .Values.telemetry.jaeger.enabled -}}
http://{{ include "heyjarvis.host" (dict "root" . "name" "jaeger") }}:4317
{{- else -}}
{{- .Values.telemetry.otlpEndpoint -}}
{{- end -}}
{{- end -}}
