/**
 * Values of `anthropic_beta` that each generation of Claude accepts on Bedrock, which rejects all others ("invalid beta
 * flag"). Sources: AWS's user guide, "Anthropic Claude Messages API"; Anthropic's migration guide and platform
 * comparison (2026-07); the AI SDK's catalog (2026-11-22).
 * Doubtful flags are omitted: a missing flag disables a feature, a wrong one fails every request with it.
 */
export const BETAS_OF_3_5_V2 = ['computer-use-2024-10-22'];

/** Flags of Claude 3.7. */
export const BETAS_OF_3_7 = [
  'computer-use-2025-01-24',
  'output-128k-2025-02-19',
  'token-efficient-tools-2025-02-19',
  'fine-grained-tool-streaming-2025-05-14',
];

/** Flags of Claude 4. */
export const BETAS_OF_4 = [
  'computer-use-2025-01-24',
  'token-efficient-tools-2025-02-19',
  'fine-grained-tool-streaming-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'dev-full-thinking-2025-05-14',
];

/** Flag for a context of a million tokens, for models that do not have it by default. */
export const LONG_CONTEXT_BETA = 'context-1m-2025-08-07';

/** Flags of Claude 4.5, except Opus. */
export const BETAS_OF_4_5 = [...BETAS_OF_4, 'context-management-2025-06-27', 'tool-search-tool-2025-10-19'];

/** Flags of Opus 4.5. The effort was a beta feature in its generation only. */
export const BETAS_OF_4_5_OPUS = [
  ...BETAS_OF_4_5,
  'computer-use-2025-11-24',
  'effort-2025-11-24',
  'tool-examples-2025-10-29',
];

/** Flags of 4.6. Adaptive thinking is interleaved without a flag, but the flag is still accepted. */
export const BETAS_OF_4_6 = [...BETAS_OF_4_5, 'computer-use-2025-11-24', 'tool-examples-2025-10-29'];

/** Flags of Claude 4.7. */
export const BETAS_OF_4_7 = [...BETAS_OF_4_6, 'thinking-binding-controls-2026-08-01'];

/**
 * Flags that InvokeModel accepts (`anthropic_beta_headers_config.json` of LiteLLM 1.110.2, 2026-11), without a list of
 * models. Flags for changes of tools and effort within a conversation are omitted, because the gateway does not pass
 * their fields.
 */
export const BETAS_OF_5 = [
  ...BETAS_OF_4_7,
  'effort-2025-11-24',
  'compact-2026-01-12',
  'compact-2026-09-04',
  'dangerous-tool-use-2026-09-03',
  'thinking-display-updates-2026-08-18',
];
