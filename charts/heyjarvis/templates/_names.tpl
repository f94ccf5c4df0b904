{{/* Names and labels. Selectors carry nothing that changes with a version: they are immutable. */}}

{{- define "heyjarvis.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* The DNS name of a service of ours, whole, so that no search list is walked. Called with (dict "root" $ "name" "redis"). */}}
{{- define "heyjarvis.host" -}}
{{ include "heyjarvis.fullname" .root }}-{{ .name }}.{{ .root.Release.Namespace }}.svc.{{ .root.Values.clusterDomain }}
{{- end -}}

{{/* What all our pods have in common. */}}
{{- define "heyjarvis.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What the pods of one component have in common. Called with (dict "root" $ "it" $component). */}}
{{- define "heyjarvis.componentSelector" -}}
{{ include "heyjarvis.selector" .root }}
app.kubernetes.io/component: {{ .it.component }}
{{- with .it.agentType }}
heyjarvis.dev/agent-type: {{ . }}
{{- end }}
{{- end -}}

{{/* Labels of every object. */}}
{{- define "heyjarvis.labels" -}}
{{ include "heyjarvis.selector" . }}
{{ include "heyjarvis.versionLabels" . }}
{{- end -}}

{{- define "heyjarvis.componentLabels" -}}
{{ include "heyjarvis.componentSelector" . }}
{{ include "heyjarvis.versionLabels" .root }}
{{- end -}}

{{- define "heyjarvis.versionLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: heyjarvis
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The image of a component: its own repository, tag and digest first. */}}
{{- define "heyjarvis.image" -}}
{{- if kindIs "string" .it.image -}}
{{ .it.image }}
{{- else -}}
{{- $common := .root.Values.image -}}
{{- $own := .it.image | default dict -}}
{{- $usual := list $common.registry $common.repository .it.imageName | compact | join "/" -}}
{{- $tag := coalesce $own.tag $common.tag .root.Chart.AppVersion -}}
{{ coalesce $own.repository $usual }}:{{ $tag }}{{ with $own.digest }}@{{ . }}{{ end }}
{{- end -}}
{{- end -}}
