import type { CacheTtl } from './content/cache-control.ts';

/** What the settings say about requests, as far as translators need it. `GatewayConfig` is one. */
export interface TranslationPolicy {
  readonly caching: { readonly auto: 'never' | 'asked' | 'always'; readonly ttl: CacheTtl };
  readonly guardrail: GuardrailPolicy;
  /** Whether the name of the API key goes into `requestMetadata`. */
  readonly requestMetadata: { readonly key: boolean };
  /** What becomes of tools that only OpenAI has; refused where nothing is said. */
  readonly responses?: { readonly hostedTools: 'refuse' | 'ignore' };
  /** Whether Claude sees the pages of PDFs, or gets their text; pages where absent. */
  readonly media?: { readonly pdf: 'pages' | 'text' };
  /** What becomes of fields that have no effect; `adjust` if absent. */
  readonly params?: { readonly unsupported: 'adjust' | 'reject' };
  readonly passthrough: { readonly fields: readonly string[]; readonly betas: readonly string[] };
}

export interface GuardrailPolicy {
  readonly id?: string;
  readonly version: string;
  readonly trace: 'disabled' | 'enabled' | 'enabled_full';
  readonly streamMode: 'sync' | 'async';
  readonly scope: 'all' | 'last-turn';
  readonly fromRequest: boolean;
}

/** The defaults of the settings. */
export const DEFAULT_POLICY: TranslationPolicy = {
  caching: { auto: 'asked', ttl: '5m' },
  guardrail: { version: 'DRAFT', trace: 'disabled', streamMode: 'sync', scope: 'all', fromRequest: false },
  requestMetadata: { key: false },
  passthrough: { fields: [], betas: [] },
};
