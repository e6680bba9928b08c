{{/* Returns database.url of the configuration; with database.sqlite.enabled, the file on the volume. */}}
{{- define "outcrop.databaseUrl" -}}
{{- $url := dig "database" "url" "" .Values.config | default "" | toString }}
{{- if .Values.database.sqlite.enabled }}
{{- $own := "sqlite:/var/lib/outcrop/outcrop.sqlite" }}
{{- if not (has $url (list "" $own)) }}
{{- fail "config.database.url and database.sqlite.enabled exclude each other: remove one of them" }}
{{- end }}
{{- $url = $own }}
{{- end }}
{{- $url }}
{{- end }}

{{/* Returns "yes" if a database is configured, also by a variable. */}}
{{- define "outcrop.hasDatabase" -}}
{{- $found := include "outcrop.databaseUrl" . }}
{{- range .Values.extraEnv }}
{{- if has (upper .name) (list "GATEWAY__DATABASE__URL" "GATEWAY__DATABASE") }}{{ $found = .name }}{{ end }}
{{- end }}
{{- if $found }}yes{{ end }}
{{- end }}

{{/* Returns "yes" for a file of SQLite. Fails if more than one pod could open it. */}}
{{- define "outcrop.isSqlite" -}}
{{- if hasPrefix "sqlite:" (include "outcrop.databaseUrl" .) }}
{{- if gt (int .Values.replicaCount) 1 }}
{{- fail "SQLite serves one replica: set replicaCount: 1, or set config.database.url to PostgreSQL" }}
{{- end }}
{{- if or .Values.autoscaling.enabled .Values.keda.enabled }}
{{- fail "SQLite serves one replica: disable autoscaling and keda, or set config.database.url to PostgreSQL" }}
{{- end }}
{{- if not (has (dig "type" "Recreate" .Values.strategy) (list "Recreate")) }}
{{- fail "SQLite serves one pod at a time: set strategy.type: Recreate, or set config.database.url to PostgreSQL" }}
{{- end }}
{{- if eq .Values.database.migrations "job" }}
{{- fail "a Job cannot open the file of SQLite: set database.migrations to init or manual" }}
{{- end }}
yes
{{- end }}
{{- end }}

{{/* Returns "yes" if the journal of the ledger has a volume. With SQLite, it is on the volume of the database. */}}
{{- define "outcrop.hasJournalVolume" -}}
{{- $ledger := dig "ledger" dict .Values.config | default dict }}
{{- if and (include "outcrop.hasDatabase" .) (not (include "outcrop.isSqlite" .)) (ne (get $ledger "enabled" | toString) "false") (not (get $ledger "journalFolder")) }}yes{{ end }}
{{- end }}

{{/* Returns "yes" if a CronJob exports the ledger. With SQLite, the gateway does. */}}
{{- define "outcrop.hasLedgerExport" -}}
{{- $ledger := dig "ledger" dict .Values.config | default dict }}
{{- if and (include "outcrop.hasDatabase" .) (not (include "outcrop.isSqlite" .)) (ne (get $ledger "enabled" | toString) "false") (dig "export" "url" "" $ledger) }}yes{{ end }}
{{- end }}

{{/* Returns the labels of the pods of the export, without those of the selector of the Service. */}}
{{- define "outcrop.ledgerExportLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ include "outcrop.name" . }}-ledger-export
{{- end }}

{{/* Returns the strategy of the Deployment. */}}
{{- define "outcrop.strategy" -}}
{{- if include "outcrop.isSqlite" . -}}
# The next pod opens the file of SQLite after this one has closed it.
type: Recreate
{{- else if .Values.strategy -}}
{{- toYaml .Values.strategy }}
{{- else -}}
# Keeps old pods until new ones are ready.
rollingUpdate:
  maxUnavailable: 0
  maxSurge: 25%
{{- end }}
{{- end }}

{{/* Returns "init", "job" or "manual"; empty without a database. */}}
{{- define "outcrop.migrations" -}}
{{- if include "outcrop.hasDatabase" . }}{{ .Values.database.migrations }}{{ end }}
{{- end }}

{{/* Returns the ConfigMap with documents of the governance; empty without one. */}}
{{- define "outcrop.governanceConfigMap" -}}
{{- if and .Values.governance.files .Values.governance.existingConfigMap }}
{{- fail "governance.files and governance.existingConfigMap exclude each other: remove one of them" }}
{{- end }}
{{- if .Values.governance.existingConfigMap }}{{ .Values.governance.existingConfigMap }}
{{- else if .Values.governance.files }}{{ include "outcrop.fullname" . | trunc 52 | trimSuffix "-" }}-governance
{{- end }}
{{- end }}

{{/* Returns the settings that follow from database and governance, for a merge into config. */}}
{{- define "outcrop.stateSettings" -}}
{{- $settings := dict }}
{{- if include "outcrop.hasDatabase" . }}
{{- /* With init, a gateway that starts during an outage changes the schema when the database answers. */}}
{{- $database := dict "migrations" (ternary "start" "manual" (eq .Values.database.migrations "init")) }}
{{- if .Values.database.sqlite.enabled }}
{{- $_ := set $database "url" (include "outcrop.databaseUrl" .) }}
{{- end }}
{{- $_ := set $settings "database" $database }}
{{- $_ := set $settings "governance" (dict "snapshotFile" "/var/cache/outcrop/governance-snapshot") }}
{{- end }}
{{- if include "outcrop.hasJournalVolume" . }}
{{- $_ := set $settings "ledger" (dict "journalFolder" "/var/cache/outcrop-ledger") }}
{{- end }}
{{- if include "outcrop.governanceConfigMap" . }}
{{- $governance := get $settings "governance" | default dict }}
{{- $files := append (dig "governance" "files" list .Values.config | default list) "/etc/outcrop-governance/*.yaml" }}
{{- $_ := set $governance "files" $files }}
{{- $_ := set $settings "governance" $governance }}
{{- end }}
{{- toYaml $settings }}
{{- end }}

{{/* Returns the volumes of database and governance. */}}
{{- define "outcrop.stateVolumes" -}}
{{- if .Values.database.sqlite.enabled }}
- name: database
  persistentVolumeClaim:
    claimName: {{ .Values.database.sqlite.existingClaim | default (include "outcrop.databaseClaim" .) }}
{{- end }}
{{- if include "outcrop.hasDatabase" . }}
- name: governance-snapshot
  emptyDir:
    sizeLimit: {{ .Values.governance.snapshotSizeLimit }}
{{- end }}
{{- if include "outcrop.hasJournalVolume" . }}
- name: ledger-journal
  emptyDir:
    sizeLimit: {{ .Values.ledger.journalSizeLimit }}
{{- end }}
{{- with include "outcrop.governanceConfigMap" . }}
- name: governance
  configMap:
    name: {{ . }}
{{- end }}
{{- end }}

{{/* Returns the mounts of database and governance. */}}
{{- define "outcrop.stateMounts" -}}
{{- if .Values.database.sqlite.enabled }}
- name: database
  mountPath: /var/lib/outcrop
{{- end }}
{{- if include "outcrop.hasDatabase" . }}
- name: governance-snapshot
  mountPath: /var/cache/outcrop
{{- end }}
{{- if include "outcrop.hasJournalVolume" . }}
- name: ledger-journal
  mountPath: /var/cache/outcrop-ledger
{{- end }}
{{- if include "outcrop.governanceConfigMap" . }}
# Outside of /etc/outcrop, which is a volume that nothing can be mounted into.
- name: governance
  mountPath: /etc/outcrop-governance
  readOnly: true
{{- end }}
{{- end }}

{{- define "outcrop.databaseClaim" -}}
{{- include "outcrop.fullname" . | trunc 54 | trimSuffix "-" }}-database
{{- end }}

{{/* Returns the security context of the gateway's pods. A volume of SQLite belongs to the group of the container. */}}
{{- define "outcrop.podSecurityContext" -}}
{{- $context := deepCopy .Values.podSecurityContext }}
{{- if and .Values.database.sqlite.enabled $context.runAsGroup (not (hasKey $context "fsGroup")) }}
{{- $_ := set $context "fsGroup" $context.runAsGroup }}
{{- $_ := set $context "fsGroupChangePolicy" (default "OnRootMismatch" $context.fsGroupChangePolicy) }}
{{- end }}
{{- toYaml $context }}
{{- end }}

{{/* Returns the separate port of the admin API; empty if it is off or shares the clients' port. */}}
{{- define "outcrop.adminPort" -}}
{{- if dig "admin" "enabled" false .Values.config }}
{{- $port := dig "admin" "port" "" .Values.config | default "" | toString }}
{{- if and $port (not (regexMatch "^[1-9][0-9]*$" $port)) }}
{{- fail "config.admin.port must be a number above 0" }}
{{- end }}
{{- $port }}
{{- end }}
{{- end }}

{{/*
Returns "yes" if the admin API is off and has the chart's default settings. They are not part of the configuration, because a
chart that adds defaults would replace the pods.
*/}}
{{- define "outcrop.hasDefaultAdmin" -}}
{{- $isDefault := eq (toJson .Values.config.admin) (toJson (dict "enabled" false "port" 8082)) }}
{{- range .Values.extraEnv }}
{{- if hasPrefix "GATEWAY__ADMIN" (upper .name) }}{{ $isDefault = false }}{{ end }}
{{- end }}
{{- if $isDefault }}yes{{ end }}
{{- end }}

{{/* Returns the URL of the admin API's separate port for commands in the pod; empty without it, and with TLS. */}}
{{- define "outcrop.localAdminUrl" -}}
{{- $port := include "outcrop.adminPort" . }}
{{- if and $port (eq (include "outcrop.scheme" .) "HTTP") }}http://127.0.0.1:{{ $port }}{{ end }}
{{- end }}

{{- define "outcrop.adminName" -}}
{{- include "outcrop.fullname" . | trunc 57 | trimSuffix "-" }}-admin
{{- end }}

{{/* Returns the labels of the pod of a migration, without those of the selector of the Service. */}}
{{- define "outcrop.migrationLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ include "outcrop.name" . }}-migration
{{- end }}

{{/* Returns annotations for objects that Argo CD applies before the gateway. */}}
{{- define "outcrop.migrationAnnotations" -}}
argocd.argoproj.io/sync-wave: {{ .Values.database.job.syncWave | quote }}
{{- end }}

{{/* Returns the container that changes the schema. Argument: (dict "root" $ "mounts" "…" "flags" list). */}}
{{- define "outcrop.migrationContainer" -}}
- name: migrate
  image: {{ include "outcrop.image" (dict "image" .root.Values.image "chart" .root.Chart) }}
  imagePullPolicy: {{ .root.Values.image.pullPolicy }}
  args: {{ concat (list "dist/cli/database.js" "migrate") .flags | toJson }}
  {{- with include "outcrop.environment" .root }}
  {{- . | nindent 2 }}
  {{- end }}
  terminationMessagePolicy: FallbackToLogsOnError
  securityContext:
    {{- toYaml .root.Values.securityContext | nindent 4 }}
  resources:
    {{- toYaml .root.Values.resources | nindent 4 }}
  volumeMounts:
    {{- .mounts | nindent 4 }}
{{- end }}

{{/* Returns the template of the pod of a migration. Its configuration has the section database only. */}}
{{- define "outcrop.migrationTemplate" -}}
metadata:
  labels:
    {{- include "outcrop.migrationLabels" . | nindent 4 }}
    {{- with .Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    outcrop/gateway.yaml: |
      {{- pick (include "outcrop.config" . | fromYaml) "database" | toYaml | nindent 6 }}
spec:
  # The ServiceAccount of the gateway may not exist yet.
  automountServiceAccountToken: false
  enableServiceLinks: false
  restartPolicy: Never
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    {{- include "outcrop.migrationContainer" (dict "root" . "mounts" (include "outcrop.volumeMounts" .) "flags" list) | nindent 4 }}
  volumes:
    - name: config
      downwardAPI:
        items:
          - path: gateway.yaml
            fieldRef:
              fieldPath: metadata.annotations['outcrop/gateway.yaml']
    {{- include "outcrop.commonVolumes" . | nindent 4 }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
