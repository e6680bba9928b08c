{{- define "outcrop.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "outcrop.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "outcrop.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "outcrop.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "outcrop.selectorLabels" -}}
app.kubernetes.io/name: {{ include "outcrop.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "outcrop.testLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: {{ include "outcrop.name" . }}-test
{{- end }}

{{- define "outcrop.labels" -}}
{{ include "outcrop.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "outcrop.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "outcrop.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Returns repository:tag or repository@digest. Argument: (dict "image" … "chart" .Chart). */}}
{{- define "outcrop.image" -}}
{{- if .image.digest }}
{{- printf "%s@%s" .image.repository .image.digest }}
{{- else }}
{{- printf "%s:%s" .image.repository (default .chart.AppVersion .image.tag) }}
{{- end }}
{{- end }}

{{/* Merges annotations of one object with commonAnnotations. Argument: (dict "root" $ "own" …). */}}
{{- define "outcrop.annotations" -}}
{{- with merge (dict) (default dict .own) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Returns the configuration of the pods. With the emulator, bedrock.endpoint is the emulator in the same pod. */}}
{{- define "outcrop.config" -}}
{{- $config := deepCopy .Values.config }}
{{- $secrets := (.Files.Get "files/secret-settings.yaml" | fromYaml).settings }}
{{- include "outcrop.refusePlainSecrets" (dict "value" $config "path" "" "at" "" "secrets" $secrets) }}
{{- include "outcrop.refusePlainEnvironment" . }}
{{- if .Values.emulator.enabled }}
{{- $bedrock := default dict $config.bedrock }}
{{- $_ := set $bedrock "endpoint" (printf "http://127.0.0.1:%v" .Values.emulator.port) }}
{{- $_ := set $bedrock "region" (default "us-east-1" $bedrock.region) }}
{{- $_ := set $config "bedrock" $bedrock }}
{{- end }}
{{- if include "outcrop.storeOff" . }}
{{- $_ := set $config "responses" (merge (dict "store" "off") (default dict $config.responses)) }}
{{- end }}
{{- if include "outcrop.hasDefaultAdmin" . }}
{{- $config = omit $config "admin" }}
{{- end }}
{{- $settings := include "outcrop.stateSettings" . | fromYaml }}
{{- range $section, $own := $settings }}
{{- $given := get $config $section | default dict }}
{{- if hasKey $own "files" }}{{ $given = omit $given "files" }}{{ end }}
{{- $_ := set $config $section (merge (dict) $given $own) }}
{{- end }}
{{- toYaml $config }}
{{- end }}

{{/*
Returns the configuration for an annotation of the pods. Kubernetes limits the annotations of an object to 262,144 bytes.
*/}}
{{- define "outcrop.podConfig" -}}
{{- $config := include "outcrop.config" . }}
{{- if gt (len $config) 204800 }}
{{- fail "config is larger than 200 KiB, which the annotation of a pod cannot hold: set configChanges: live, or move the API keys to a file of existingSecret" }}
{{- end }}
{{- $config }}
{{- end }}

{{/* Returns the environment of the gateway, which its config check shares. */}}
{{- define "outcrop.environment" -}}
{{- $adminUrl := include "outcrop.localAdminUrl" . }}
{{- if or .Values.emulator.enabled .Values.extraEnv $adminUrl }}
env:
  {{- if .Values.emulator.enabled }}
  # Credentials of the emulator, so that it never receives real ones.
  - name: AWS_ACCESS_KEY_ID
    value: emulator
  - name: AWS_SECRET_ACCESS_KEY
    value: emulator
  {{- end }}
  {{- with $adminUrl }}
  # For dist/cli/admin.js in the pod.
  - name: OUTCROP_ADMIN_URL
    value: {{ . }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Returns the volumes that the pods of the gateway and of a migration share, besides their configuration. */}}
{{- define "outcrop.commonVolumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- with .Values.existingSecret }}
- name: secrets
  secret:
    secretName: {{ . }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Returns the mounts of the gateway, which its config check shares. */}}
{{- define "outcrop.gatewayMounts" -}}
{{- include "outcrop.volumeMounts" . }}
{{- with include "outcrop.stateMounts" . | trim }}
{{ . }}
{{- end }}
{{- end }}

{{/* Returns the mounts that the gateway and a migration share. */}}
{{- define "outcrop.volumeMounts" -}}
- name: config
  mountPath: /etc/outcrop
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if .Values.existingSecret }}
- name: secrets
  mountPath: /run/secrets/outcrop
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Returns "yes" if stored responses must be off: there are several pods, no known Redis, and no responses.store in config. */}}
{{- define "outcrop.storeOff" -}}
{{- $several := or (gt (int .Values.replicaCount) 1) .Values.autoscaling.enabled .Values.keda.enabled }}
{{- $redis := or (dig "redis" "url" "" .Values.config) (dig "redis" "nodes" list .Values.config) }}
{{- range .Values.extraEnv }}
{{- if has (upper .name) (list "REDIS_URL" "GATEWAY__REDIS__URL" "GATEWAY__REDIS__NODES" "GATEWAY__REDIS") }}{{ $redis = .name }}{{ end }}
{{- end }}
{{- $responses := default dict .Values.config.responses }}
{{- $chosen := and (hasKey $responses "store") (ne (toString $responses.store) "auto") (ne (toString $responses.store) "<nil>") }}
{{- if and $several (not $redis) (not $chosen) }}yes{{ end }}
{{- end }}

{{/* Fails for ${…}, because Kubernetes also needs the number and only the pod can resolve references. */}}
{{- define "outcrop.port" -}}
{{- $port := dig "server" "port" 8080 .Values.config | default 8080 | toString }}
{{- if not (regexMatch "^[1-9][0-9]*$" $port) }}
{{- fail "config.server.port must be a number above 0" }}
{{- end }}
{{- $port }}
{{- end }}

{{/* Returns the management port; empty if probes and Prometheus use the clients' port. */}}
{{- define "outcrop.managementPort" -}}
{{- $port := dig "management" "port" "" .Values.config | default "" | toString }}
{{- if and $port (not (regexMatch "^[1-9][0-9]*$" $port)) }}
{{- fail "config.management.port must be a number above 0" }}
{{- end }}
{{- $port }}
{{- end }}

{{/* Returns port and scheme for probes. */}}
{{- define "outcrop.probe" -}}
{{- if include "outcrop.managementPort" . -}}
port: management, scheme: HTTP
{{- else -}}
port: api, scheme: {{ include "outcrop.scheme" . }}
{{- end }}
{{- end }}

{{/* Returns the endpoint of a monitor. Argument: (dict "root" $ "monitor" …). */}}
{{- define "outcrop.scrape" -}}
- port: {{ ternary "management" "api" (not (empty (include "outcrop.managementPort" .root))) }}
  path: /metrics
  interval: {{ .monitor.interval }}
  scrapeTimeout: {{ .monitor.scrapeTimeout }}
  {{- $port := include "outcrop.managementPort" .root }}
  {{- $requireKey := dig "metrics" "requireKey" "" .root.Values.config | toString }}
  {{- /* The former name, metrics.public, has the opposite value. */}}
  {{- $open := or (eq $requireKey "false") (and (ne $requireKey "true") (dig "metrics" "public" false .root.Values.config)) }}
  {{- if and (not $port) (not .monitor.authorization) (not $open) }}
  {{- fail "without config.management.port, /metrics requires an API key with metrics: true: put it in a Secret and name that in authorization of the monitor" }}
  {{- end }}
  {{- with .monitor.authorization }}
  authorization:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if and (not $port) (eq (include "outcrop.scheme" .root) "HTTPS") }}
  scheme: https
  {{- end }}
  {{- with .monitor.relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .monitor.metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Returns annotations for streams: no buffering, pauses of up to an hour, and bodies up to server.bodyLimitBytes. */}}
{{- define "outcrop.ingressPreset" -}}
{{- $bytes := dig "server" "bodyLimitBytes" 33554432 .Values.config | default 33554432 }}
{{- if eq .Values.ingress.preset "nginx" -}}
nginx.ingress.kubernetes.io/proxy-buffering: "off"
nginx.ingress.kubernetes.io/proxy-request-buffering: "off"
nginx.ingress.kubernetes.io/proxy-http-version: "1.1"
nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"
nginx.ingress.kubernetes.io/proxy-send-timeout: "3600"
nginx.ingress.kubernetes.io/proxy-body-size: {{ $bytes | int64 | quote }}
{{- else if eq .Values.ingress.preset "alb" -}}
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/healthcheck-path: /health/ready
alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=3600
# Removed pods keep their connections until they have drained.
alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds={{ include "outcrop.terminationGracePeriodSeconds" . }}
{{- end }}
{{- end }}

{{- define "outcrop.scheme" -}}
{{- ternary "HTTPS" "HTTP" (not (empty (dig "server" "tls" "" .Values.config))) }}
{{- end }}

{{- define "outcrop.terminationGracePeriodSeconds" -}}
{{- if not (kindIs "invalid" .Values.terminationGracePeriodSeconds) }}
{{- .Values.terminationGracePeriodSeconds }}
{{- else }}
{{- $seconds := add 15 (dig "preStop" "sleep" "seconds" 0 .Values.lifecycle | int) }}
{{- range $name, $default := dict "drainDelaySeconds" 5 "graceSeconds" 30 }}
{{- $value := dig "shutdown" $name $default $.Values.config | toString }}
{{- if not (regexMatch "^[0-9]+$" $value) }}
{{- fail (printf "config.shutdown.%s must be a number; otherwise set terminationGracePeriodSeconds" $name) }}
{{- end }}
{{- $seconds = add $seconds (int $value) }}
{{- end }}
{{- $seconds }}
{{- end }}
{{- end }}

{{/* Returns a NetworkPolicyPeer for namespaces with these names; empty without names. */}}
{{- define "outcrop.namespacePeer" -}}
{{- with . }}
- namespaceSelector:
    matchExpressions:
      - { key: kubernetes.io/metadata.name, operator: In, values: {{ toJson . }} }
{{- end }}
{{- end }}

{{/* Returns the port in a URL; empty if the URL has none or is a reference ${…}. */}}
{{- define "outcrop.urlPort" -}}
{{- regexFind ":[0-9]+(/|$)" (default "" . | toString) | trimAll ":/" }}
{{- end }}

{{/*
Returns an egress rule if a URL in the configuration, a variable or a peer names the service. The port of the URL takes
precedence. Argument: (dict "url" … "variables" (list …) "peers" … "root" $).
*/}}
{{- define "outcrop.egressTo" -}}
{{- $variables := .variables }}
{{- $isCalled := or .url .addresses .peers.to }}
{{- range .root.Values.extraEnv }}
{{- $isCalled = or $isCalled (has (.name | upper | replace "_" "") $variables) }}
{{- end }}
{{- if $isCalled }}
{{- $ports := .ports | default list }}
{{- range .addresses }}
{{- $ports = append $ports (regexFind "[0-9]+$" . | default $.peers.port) }}
{{- end }}
{{- if or .url (not .addresses) }}
{{- $ports = list (include "outcrop.urlPort" .url | default .peers.port) }}
{{- end }}
- ports:
    {{- range $ports | toStrings | uniq }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .peers.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Returns the egress rule of DNS. */}}
{{- define "outcrop.dnsEgress" -}}
{{- with .Values.networkPolicy.egress.dns -}}
# DNS, by the port of its pods, not of its Service.
- ports:
    {{- range .ports }}
    - { port: {{ . }}, protocol: UDP }
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Returns the egress rule of PostgreSQL; empty without it. */}}
{{- define "outcrop.postgresqlEgress" -}}
{{- $url := ternary "" (include "outcrop.databaseUrl" .) (not (empty (include "outcrop.isSqlite" .))) }}
{{- $variables := list "GATEWAYDATABASEURL" "GATEWAYDATABASE" }}
{{- include "outcrop.egressTo" (dict "url" $url "variables" $variables "peers" .Values.networkPolicy.egress.postgresql "root" .) }}
{{- end }}

{{/* Spreads pods over zones and nodes. Counts only pods of the same version, because old ones would distort the spread. */}}
{{- define "outcrop.topologySpreadConstraints" -}}
{{- $own := dict "matchLabels" (include "outcrop.selectorLabels" . | fromYaml) }}
{{- $constraints := list }}
{{- if .Values.topologySpreadConstraints }}
{{- range .Values.topologySpreadConstraints }}
{{- $constraints = append $constraints (merge (dict) . (dict "labelSelector" $own)) }}
{{- end }}
{{- else }}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
{{- $constraints = append $constraints (dict "maxSkew" 1 "topologyKey" . "whenUnsatisfiable" "ScheduleAnyway" "labelSelector" $own "matchLabelKeys" (list "pod-template-hash")) }}
{{- end }}
{{- end }}
{{- toYaml $constraints }}
{{- end }}

{{/* Returns a text of files/alerts.yaml in which ${NAME} is replaced by the value of that name. */}}
{{- define "outcrop.filled" -}}
{{- $text := .text }}
{{- range $name, $value := .values }}
{{- $text = replace (printf "${%s}" $name) (toString $value) $text }}
{{- end }}
{{- $text }}
{{- end }}
