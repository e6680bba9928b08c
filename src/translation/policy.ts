import type { CacheTtl } from './content/cache-control.ts';

/** What the settings say about requests, as far as translators need it. `GatewayConfig` is one. */
export interface TranslationPolicy {
  readonly promptCache: { readonly autoCachePoints: 'never' | 'on-request' | 'always'; readonly ttl: CacheTtl };
  readonly guardrail: GuardrailPolicy;
  /** Whether the name of the API key goes into `requestMetadata`. */
  readonly requestMetadata: { readonly includeKeyName: boolean };
  /** What becomes of tools that only OpenAI has; refused where nothing is said. */
  readonly responses?: { readonly hostedTools: 'reject' | 'ignore' };
  /** Whether Claude sees the pages of PDFs, or gets their text; pages where absent. */
  readonly media?: { readonly pdf: 'pages' | 'text' };
  /** What becomes of fields that have no effect; `adjust` if absent. */
  readonly requests?: { readonly unsupportedFields: 'adjust' | 'reject' };
  readonly passthrough: { readonly modelFields: readonly string[]; readonly betaFlags: readonly string[] };
}

export interface GuardrailPolicy {
  readonly id?: string;
  readonly version: string;
  readonly trace: 'disabled' | 'enabled' | 'enabled_full';
  readonly streamMode: 'sync' | 'async';
  readonly scope: 'all' | 'last-user-message';
  readonly allowRequestGuardrail: boolean;
}

/** The defaults of the settings. */
export const DEFAULT_POLICY: TranslationPolicy = {
  promptCache: { autoCachePoints: 'on-request', ttl: '5m' },
  guardrail: { version: 'DRAFT', trace: 'disabled', streamMode: 'sync', scope: 'all', allowRequestGuardrail: false },
  requestMetadata: { includeKeyName: false },
  passthrough: { modelFields: [], betaFlags: [] },
};
