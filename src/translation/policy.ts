import type { CacheTtl } from './content/cache-control.ts';

/** The caller of a request, as far as its metadata can name it. */
export interface MetadataCaller {
  /** Name of the API key. */
  readonly name: string;
  /** Id of the API key or principal. */
  readonly id?: string;
  readonly team?: { readonly name: string };
  readonly application?: { readonly name: string };
}

/** The settings that translators need. `GatewayConfig` implements the interface. */
export interface TranslationPolicy {
  /** `auto`: the requests to which the gateway adds cache points. `ttl`: lifetime of cache points that set none. */
  readonly promptCache: { readonly autoCachePoints: 'never' | 'on-request' | 'always'; readonly ttl: CacheTtl };
  readonly guardrail: GuardrailPolicy;
  /** What Bedrock receives about the caller in `requestMetadata`. Absent: nothing. */
  readonly requestMetadata: {
    readonly includeKeyName: boolean;
    readonly includeKeyId?: boolean;
    readonly includeTeam?: boolean;
    readonly includeApplication?: boolean;
  };
  /** Handling of tools that only OpenAI hosts; `reject` if absent. */
  readonly responses?: { readonly hostedTools: 'reject' | 'ignore' };
  /** Form in which Claude receives PDFs: rendered pages, or text only; `pages` if absent. */
  readonly media?: { readonly pdf: 'pages' | 'text' };
  /** Handling of fields that have no effect; `adjust` if absent. */
  readonly requests?: { readonly unsupportedFields: 'adjust' | 'reject' };
  /** Model fields and beta flags that requests may send to the model without a check by the gateway. */
  readonly passthrough: { readonly modelFields: readonly string[]; readonly betaFlags: readonly string[] };
}

/** Settings of Bedrock Guardrails, as `guardrail` in the configuration. */
export interface GuardrailPolicy {
  /** Id or ARN of the guardrail for all requests; none if absent. */
  readonly id?: string;
  readonly version: string;
  /** Detail of the guardrail's assessments in answers (`guardrail_trace`). */
  readonly trace: 'disabled' | 'enabled' | 'enabled_full';
  /** `sync` holds stream events back until the guardrail has assessed them; `async` does not. */
  readonly streamMode: 'sync' | 'async';
  /** Part of the conversation that the guardrail assesses. */
  readonly scope: 'all' | 'last-user-message';
  /** True if a request may name another guardrail. */
  readonly allowRequestGuardrail: boolean;
  /** Owner that requires the guardrail, for messages. If set, requests cannot replace, weaken or disable it. */
  readonly requiredBy?: string;
}

/** A guardrail that a request cannot replace. */
export interface FixedGuardrail {
  readonly owner: string;
  readonly id: string;
  readonly version: string;
}

/** Returns the policy with a guardrail that the caller must use; the same policy if it must use none. */
export function withFixedGuardrail(policy: TranslationPolicy, fixed: FixedGuardrail | undefined): TranslationPolicy {
  if (fixed === undefined) return policy;
  const { owner, id, version } = fixed;
  return {
    promptCache: policy.promptCache,
    requestMetadata: policy.requestMetadata,
    responses: policy.responses,
    media: policy.media,
    requests: policy.requests,
    passthrough: policy.passthrough,
    guardrail: { ...policy.guardrail, id, version, allowRequestGuardrail: false, requiredBy: owner },
  };
}

/** Default values of the settings. */
export const DEFAULT_POLICY: TranslationPolicy = {
  promptCache: { autoCachePoints: 'on-request', ttl: '5m' },
  guardrail: { version: 'DRAFT', trace: 'disabled', streamMode: 'sync', scope: 'all', allowRequestGuardrail: false },
  requestMetadata: { includeKeyName: false },
  passthrough: { modelFields: [], betaFlags: [] },
};
