{{/* What the schema cannot say, as it compares no two values. Each message names the field and the remedy. */}}
{{- define "heyjarvis.check" -}}
{{- range $type, $own := .Values.agents -}}
  {{- $field := printf "agents.%s" $type -}}
  {{- $it := mergeOverwrite (deepCopy $.Values.agentDefaults) (deepCopy ($own | default dict)) -}}
  {{- $scaling := $it.scaling -}}
  {{- if and $.Values.scaler.enabled (hasKey $it "replicas") -}}
    {{- fail (printf "\n\n%s.replicas: the scaler owns the number of these pods, so the chart must not set one. Remove it and bound the scaler with %s.scaling.minReplicas and maxReplicas; or set scaler.enabled=false.\n" $field $field) -}}
  {{- end -}}
  {{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
    {{- fail (printf "\n\n%s.scaling.minReplicas is %d, above %s.scaling.maxReplicas, which is %d. Lower the first or raise the second.\n" $field (int $scaling.minReplicas) $field (int $scaling.maxReplicas)) -}}
  {{- end -}}
  {{- if gt (int $scaling.activationReplicas) (int $scaling.maxReplicas) -}}
    {{- fail (printf "\n\n%s.scaling.activationReplicas is %d, above %s.scaling.maxReplicas, which is %d. Lower the first or raise the second.\n" $field (int $scaling.activationReplicas) $field (int $scaling.maxReplicas)) -}}
  {{- end -}}
  {{- if and (not $.Values.scaler.enabled) (eq $scaling.mode "keda") -}}
    {{- fail (printf "\n\n%s.scaling.mode is keda, which asks the scaler for the demand, and scaler.enabled is false. Set scaler.enabled=true or another mode.\n" $field) -}}
  {{- end -}}
  {{- if and (eq $scaling.mode "hpa") (lt (int $scaling.minReplicas) 1) -}}
    {{- fail (printf "\n\n%s.scaling.minReplicas is 0; a HorizontalPodAutoscaler wakes nothing up. Set at least 1, or the mode native or keda.\n" $field) -}}
  {{- end -}}
  {{- range $name, $server := $it.mcpServers -}}
    {{- $which := printf "%s.mcpServers.%s" $field $name -}}
    {{- if eq (empty $server.url) (empty $server.command) -}}
      {{- fail (printf "\n\n%s needs either a url or a command. Give it the address of the server, or the program in the agent's image.\n" $which) -}}
    {{- end -}}
    {{- range $server.changing -}}
      {{- if not (has . $server.tools) -}}
        {{- fail (printf "\n\n%s.changing names %s, which %s.tools does not. Only what is named there may be used.\n" $which . $which) -}}
      {{- end -}}
    {{- end -}}
  {{- end -}}
  {{- with $it.terminationGracePeriodSeconds -}}
    {{- $least := add $it.maxTaskSeconds $.Values.lifecycle.preStopSeconds $.Values.lifecycle.flushSeconds -}}
    {{- if lt (int .) (int $least) -}}
      {{- fail (printf "\n\n%s.terminationGracePeriodSeconds is %d; a task may run %d s (maxTaskSeconds), and stopping takes %d s more. Give it at least %d, or remove it to have it computed.\n" $field (int .) (int $it.maxTaskSeconds) (sub $least $it.maxTaskSeconds) (int $least)) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- if lt (add (int .Values.lifecycle.preStopSeconds) (int .Values.lifecycle.flushSeconds)) 30 -}}
  {{- fail (printf "\n\nlifecycle.preStopSeconds + lifecycle.flushSeconds is %d; an agent needs 30 s beside its longest task (maxTaskSeconds) to be taken out of the way, report and exit. Raise one of them.\n" (add (int .Values.lifecycle.preStopSeconds) (int .Values.lifecycle.flushSeconds))) -}}
{{- end -}}
{{- if and .Values.auth.enabled (not .Values.auth.existingSecret) -}}
  {{- fail "\n\nauth.existingSecret is empty and auth.enabled is true. Name a Secret with the keys tokens.json and service-token; docs/kubernetes.md shows how to make one.\n" -}}
{{- end -}}
{{- if and .Values.telemetry.collector.enabled (not (include "heyjarvis.tracesEnd" .)) -}}
  {{- fail "\n\ntelemetry.collector.enabled: the collector has nowhere to send traces. Set telemetry.jaeger.enabled=true, or telemetry.otlpEndpoint.\n" -}}
{{- end -}}
{{- if not .Values.redis.enabled -}}
  {{- if not (or .Values.redis.external.url .Values.redis.external.existingSecret) -}}
    {{- fail "\n\nredis.external.url: redis.enabled is false, so say where Redis is: a URL without password here, or redis.external.existingSecret naming a Secret that holds the whole URL.\n" -}}
  {{- end -}}
  {{- if regexMatch "://[^/]*@" .Values.redis.external.url -}}
    {{- fail "\n\nredis.external.url carries a password, which would stand in the release for everybody to read. Put the whole URL into a Secret and name it in redis.external.existingSecret.\n" -}}
  {{- end -}}
{{- end -}}
{{- range $key, $it := include "heyjarvis.components" . | fromYaml -}}
  {{- if gt (len $it.name) 63 -}}
    {{- fail (printf "\n\n%s is %d characters long; a name has at most 63. Shorten the release name or set fullnameOverride.\n" $it.name (len $it.name)) -}}
  {{- end -}}
{{- end -}}
{{- end -}}
