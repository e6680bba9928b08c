import type { CacheTtl } from './content/cache-control.ts';

/** The settings that translators need. `GatewayConfig` implements the interface. */
export interface TranslationPolicy {
  readonly caching: { readonly auto: 'never' | 'asked' | 'always'; readonly ttl: CacheTtl };
  readonly guardrail: GuardrailPolicy;
  /** `key` is true if the name of the API key is sent to Bedrock in `requestMetadata`. */
  readonly requestMetadata: { readonly key: boolean };
  /** Handling of tools that only OpenAI hosts; `refuse` if absent. */
  readonly responses?: { readonly hostedTools: 'refuse' | 'ignore' };
  /** Form in which Claude receives PDFs: rendered pages, or text only; `pages` if absent. */
  readonly media?: { readonly pdf: 'pages' | 'text' };
  /** Handling of fields that have no effect; `adjust` if absent. */
  readonly params?: { readonly unsupported: 'adjust' | 'reject' };
  readonly passthrough: { readonly fields: readonly string[]; readonly betas: readonly string[] };
}

/** Settings of Bedrock Guardrails, as `guardrail` in the configuration. */
export interface GuardrailPolicy {
  readonly id?: string;
  readonly version: string;
  readonly trace: 'disabled' | 'enabled' | 'enabled_full';
  readonly streamMode: 'sync' | 'async';
  readonly scope: 'all' | 'last-turn';
  readonly fromRequest: boolean;
}

/** Default values of the settings. */
export const DEFAULT_POLICY: TranslationPolicy = {
  caching: { auto: 'asked', ttl: '5m' },
  guardrail: { version: 'DRAFT', trace: 'disabled', streamMode: 'sync', scope: 'all', fromRequest: false },
  requestMetadata: { key: false },
  passthrough: { fields: [], betas: [] },
};
