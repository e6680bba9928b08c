{{/* Pattern of a reference that the gateway resolves: ${VAR} or ${file:/…}, without a default in plain text. */}}
{{- define "outcrop.reference" -}}
\$\{([A-Za-z_][A-Za-z0-9_]*|file:/[^}]*)\}
{{- end }}

{{/* Pattern of credentials in any setting: known prefixes, private keys, 32 bytes in base64. */}}
{{- define "outcrop.credentialPattern" -}}
(^|[^A-Za-z0-9])((AKIA|ASIA)[A-Z0-9]{16}|ABSK[A-Za-z0-9+/=]{20,}|(sk|oc|pk|rk)-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abps]-[A-Za-z0-9-]{10,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})|PRIVATE KEY-----|^[A-Za-z0-9+/]{43}=$
{{- end }}

{{/* Returns "yes" for a URL with a user or password in plain text. Argument: (dict "text" … "reference" …). */}}
{{- define "outcrop.urlWithPassword" -}}
{{- if and (regexMatch "://[^/?#\\s]*@" .text) (not (regexMatch (printf "://([^/:@]*:)?%s@" .reference) .text)) }}yes{{ end }}
{{- if regexMatch "[?&](password|token|secret|key|apikey|api_key)=[^$]" (lower .text) }}yes{{ end }}
{{- end }}

{{/*
Fails for credentials in plain text in config, which becomes a ConfigMap. Argument: (dict "value" … "path" "redis.url" "at"
"redis.url" "secrets" (list …)). In "path", entries of lists have no index.
*/}}
{{- define "outcrop.refusePlainSecrets" -}}
{{- $ := . }}
{{- if kindIs "map" .value }}
{{- range $name, $value := .value }}
{{- $inner := ternary $name (printf "%s.%s" $.path $name) (empty $.path) }}
{{- $at := ternary $name (printf "%s.%s" $.at $name) (empty $.at) }}
{{- /* All values of a map of secrets are secret, whatever their names. */}}
{{- $path := ternary $.path $inner (has $.path $.secrets) }}
{{- include "outcrop.refusePlainSecrets" (dict "value" $value "path" $path "at" $at "secrets" $.secrets) }}
{{- end }}
{{- else if kindIs "slice" .value }}
{{- range $index, $value := .value }}
{{- include "outcrop.refusePlainSecrets" (dict "value" $value "path" (printf "%s[]" $.path) "at" (printf "%s[%d]" $.at $index) "secrets" $.secrets) }}
{{- end }}
{{- else if kindIs "string" .value }}
{{- $reference := include "outcrop.reference" . }}
{{- $isUrl := regexMatch "^[a-z]+://" .value }}
{{- $isReference := regexMatch (printf "^([A-Za-z]+ )?%s$" $reference) .value }}
{{- $isPlain := and (has .path .secrets) (not $isUrl) (not $isReference) (ne .value "") }}
{{- $isHash := has .path (list "auth.keys[].hash" "admin.keys[].hash" "auth.revoked[]") }}
{{- $looksPlain := and (not $isHash) (or (include "outcrop.urlWithPassword" (dict "text" .value "reference" $reference)) (regexMatch (include "outcrop.credentialPattern" .) .value)) }}
{{- if or $isPlain $looksPlain }}
{{- fail (printf "config.%s holds a password or key in plain text, and config becomes a ConfigMap: put it into the Secret that existingSecret names and write ${file:/run/secrets/outcrop/NAME}, or pass it with extraEnv from a Secret and write ${VAR}" .at) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Fails for variables with a credential in plain text. Argument: the root context. */}}
{{- define "outcrop.refusePlainEnvironment" -}}
{{- $variables := (.Files.Get "files/secret-settings.yaml" | fromYaml).variables }}
{{- range $index, $variable := .Values.extraEnv }}
{{- $value := $variable.value | default "" | toString }}
{{- $name := upper $variable.name }}
{{- $isSecretName := or (regexMatch "(PASSWORD|PASSWD|SECRET|TOKEN|BEARER_TOKEN_BEDROCK|API_?KEY|PRIVATE_?KEY|ACCESS_KEY|ACCESS_KEY_ID|CREDENTIALS?|OTLP_HEADERS)$" $name) (has (replace "_" "" $name) $variables) }}
{{- $isUrl := regexMatch "^[a-z]+://" $value }}
{{- $isReference := regexMatch "^([A-Za-z]+[ =])?\\$\\([A-Za-z_][A-Za-z0-9_]*\\)$" $value }}
{{- $isPlain := and $isSecretName (ne $value "") (not $isUrl) (not $isReference) }}
{{- $hasPassword := include "outcrop.urlWithPassword" (dict "text" $value "reference" "\\$\\([A-Za-z_][A-Za-z0-9_]*\\)") }}
{{- $holdsSecret := and (regexMatch "^GATEWAY__(ADMIN|AUTH|DATABASE|REDIS|THINKING|TELEMETRY)$" $name) (regexMatch "(hash|key|headers|password)\"?\\s*:" $value) }}
{{- if or $isPlain $hasPassword $holdsSecret (regexMatch (include "outcrop.credentialPattern" $) $value) }}
{{- fail (printf "extraEnv[%d] (%s) holds a password or key in plain text: use valueFrom.secretKeyRef, or extraEnvFrom with a Secret" $index $variable.name) }}
{{- end }}
{{- end }}
{{- end }}
