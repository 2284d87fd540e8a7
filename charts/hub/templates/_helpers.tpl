{{- define "hub.name" -}}{{ default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}{{- end }}
{{- define "hub.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name (include "hub.name" .) | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}
{{- define "hub.selector" -}}
app.kubernetes.io/name: {{ include "hub.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "hub.labels" -}}
{{ include "hub.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}
{{- define "hub.image" -}}{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}{{- end }}
{{- define "hub.serviceAccount" -}}{{ if .Values.serviceAccount.create }}{{ default (include "hub.fullname" .) .Values.serviceAccount.name }}{{ else }}{{ default "default" .Values.serviceAccount.name }}{{ end }}{{- end }}

{{/* Nobody's rights: not root, nothing written but in its own volumes, no privilege gained, no capability. */}}
{{- define "hub.podSecurity" -}}
runAsNonRoot: true
runAsUser: 64198
runAsGroup: 64198
fsGroup: 64198
seccompProfile: { type: RuntimeDefault }
{{- end }}
{{- define "hub.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Settings that hub and migration share: who the trust is, and where the truth is kept. */}}
{{- define "hub.storeEnv" -}}
- { name: Hub__Organisation, value: {{ .Values.organisation | quote }} }
- { name: Hub__DataDirectory, value: /data }
- { name: Hub__Store__Provider, value: {{ .Values.store.provider }} }
- { name: Hub__Store__IdentifierKey__FromFile, value: /run/hub/identifier-key }
{{- if eq .Values.store.provider "postgres" }}
- { name: Hub__Store__Connection__FromFile, value: /run/hub/store-connection }
{{- end }}
- { name: DOTNET_EnableDiagnostics, value: "0" }
{{- end }}

{{/* Secrets as files, read each time, so that a rotated one counts at once. */}}
{{- define "hub.secretVolume" -}}
- name: hub-secrets
  projected:
    defaultMode: 0440
    sources:
{{- if .Values.trial.enabled }}
      - secret:
          name: {{ include "hub.fullname" . }}-trial
          items:
            - { key: identifier-key, path: identifier-key }
            - { key: connection, path: store-connection }
            - { key: address, path: bus-address }
{{- else }}
      - secret:
          name: {{ .Values.store.identifierKeySecret.name }}
          items: [{ key: {{ .Values.store.identifierKeySecret.key }}, path: identifier-key }]
{{- if eq .Values.store.provider "postgres" }}
      - secret:
          name: {{ .Values.store.connectionSecret.name }}
          items: [{ key: {{ .Values.store.connectionSecret.key }}, path: store-connection }]
{{- end }}
{{- if eq .Values.bus.provider "rabbitmq" }}
      - secret:
          name: {{ .Values.bus.connectionSecret.name }}
          items: [{ key: {{ .Values.bus.connectionSecret.key }}, path: bus-address }]
{{- end }}
{{- end }}
{{- end }}
