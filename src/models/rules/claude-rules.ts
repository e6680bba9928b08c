/**
 * Rules of each generation of Claude on Bedrock, oldest first. Each constant describes the changes to the one before
 * it. As of 2026-11-22.
 * Sources: Anthropic's migration guide and model pages, AWS's model cards and prompt caching page.
 * The values of `outputBurndown` are from AWS's page "How tokens are counted in Amazon Bedrock" as of 2026-10. It lists
 * 15 for Claude 4.8, and 10 for Opus 5.5, Sonnet 5, Opus 5 and Fable 5.1. It lists 5 for "all other Anthropic models
 * version 4.7 and below". Models since 5 that it does not name (Fable 5 and 5.2, Sonnet 5.5, Haiku 5.5) are assumed to
 * equal their siblings.
 */
import {
  BETAS_OF_3_5_V2,
  BETAS_OF_3_7,
  BETAS_OF_4,
  BETAS_OF_4_5,
  BETAS_OF_4_5_OPUS,
  BETAS_OF_4_6,
  BETAS_OF_4_7,
  BETAS_OF_5,
  LONG_CONTEXT_BETA,
} from './claude-betas.ts';
import type { ModelRules, RequestImages, ThinkingRules } from '../types/model.ts';

/**
 * Minimum cacheable prompt in tokens. The minimums of 4.5 and later are LiteLLM's (1.110.2, 2026-11). Earlier in 2026,
 * AWS's page listed higher values for some models. Bedrock ignores a cache point below the minimum.
 */
const CACHE_MINIMUM_OF_5 = 512;

/** Thinking with a token budget, introduced with 3.7. Off by default. */
const BUDGET_THINKING: ThinkingRules = {
  budget: true,
  adaptive: false,
  byDefault: false,
  off: 'omit',
  effort: [],
  displayOmitted: false,
};

/** Adaptive thinking, from 4.7 on: the model decides how long to think, the client sets the effort. */
const ADAPTIVE_THINKING: ThinkingRules = {
  budget: false,
  adaptive: true,
  byDefault: false,
  off: 'omit',
  effort: ['low', 'medium', 'high', 'xhigh', 'max'],
  displayOmitted: true,
};

/**
 * Image limits of models with 200k tokens of context: 100 images in a request, 2000 pixels on each side above 20 images
 * (Anthropic, vision, 2026-11).
 */
const IMAGES_OF_200K: RequestImages = { max: 100, few: 20, pixelsOfMany: 2_000 };
/**
 * Image limits of models with a million tokens of context. Some regions of a global profile rejected more than 100
 * images (2026-07): see `history-rejections.ts`.
 */
const IMAGES_OF_1M: RequestImages = { ...IMAGES_OF_200K, max: 600 };

/** No tools and no images. The system prompt must be part of the first message. */
export const CLAUDE_2: ModelRules = {
  family: 'claude',
  contextTokens: 200_000,
  maxOutputTokens: 4_096,
  outputBurndown: 5,
  thinking: null,
  reasoningField: null,
  sampling: 'both',
  topK: true,
  forcedToolChoice: 'never',
  prefill: true,
  tools: false,
  toolStreaming: false,
  vision: false,
  documents: false,
  system: false,
  stopSequences: true,
  textBesideToolResults: true,
  signatures: false,
  structuredOutput: 'prompt',
  betaFlags: true,
  cacheTools: true,
};

/** Claude 2.0 and Instant have half of the context. */
export const CLAUDE_INSTANT: ModelRules = { ...CLAUDE_2, contextTokens: 100_000 };

/**
 * Claude 3. Images in tool results are "only supported by Amazon Nova and Anthropic Claude 3 and 4 models" (AWS API
 * reference).
 */
export const CLAUDE_3: ModelRules = {
  ...CLAUDE_2,
  mediaInToolResults: true,
  requestImages: IMAGES_OF_200K,
  forcedToolChoice: 'yes',
  nativeToolChoice: true,
  toolErrors: true,
  plainToolSchemas: true,
  toolSchemaDraft: '2020-12',
  propertyNames: 'ascii-64',
  tools: true,
  toolStreaming: true,
  vision: true,
  documents: true,
  system: true,
  structuredOutput: 'tool',
};

/** Introduces the prompt cache, with a minimum of 2,048 tokens. */
export const CLAUDE_3_HAIKU: ModelRules = { ...CLAUDE_3, cacheMinTokens: 2_048 };

/**
 * AWS documents a maximum of 8192 output tokens for 3.5 Sonnet, older pages 4096 (2026-11-22). CountTokens supports
 * this model and later ones (AWS user guide, "Monitor your token usage by counting tokens").
 */
export const CLAUDE_3_5_SONNET: ModelRules = { ...CLAUDE_3, maxOutputTokens: 8_192 };

/** Introduces the pages of PDFs, computer use and beta flags. */
export const CLAUDE_3_5_SONNET_V2: ModelRules = {
  ...CLAUDE_3_5_SONNET,
  // Every Claude with citations, from 3.5 Sonnet v2 on (AWS API reference; Anthropic, PDF support).
  pdfPagesByCitations: true,
  computerUseBeta: 'computer-use-2024-10-22',
  betas: BETAS_OF_3_5_V2,
  cacheMinTokens: 1_024,
};

/** Accepts text only on Bedrock, unlike on Anthropic's API (AWS model card). */
export const CLAUDE_3_5_HAIKU: ModelRules = {
  ...CLAUDE_3_HAIKU,
  maxOutputTokens: 8_192,
  countsTokens: true,
  vision: false,
  optimizedLatency: true,
};

/** Introduces thinking. Forced tool choices require thinking to be off. */
export const CLAUDE_3_7: ModelRules = {
  ...CLAUDE_3,
  pdfPagesByCitations: true,
  maxOutputTokens: 64_000,
  extendedOutput: { beta: 'output-128k-2025-02-19', maxOutputTokens: 128_000 },
  computerUseBeta: 'computer-use-2025-01-24',
  betas: BETAS_OF_3_7,
  countsTokens: true,
  thinking: BUDGET_THINKING,
  reasoningField: 'thinking',
  forcedToolChoice: 'without-thinking',
  signatures: true,
  cacheMinTokens: 1_024,
};

/**
 * Rejects temperature and top_p in one request, like all later models. "the 4.5 MB document size restriction doesn't
 * apply to PDF format" (AWS user guide, API restrictions, 2026-11).
 */
export const CLAUDE_4_SONNET: ModelRules = {
  ...CLAUDE_3_7,
  largeDocuments: ['pdf'],
  extendedOutput: undefined,
  betas: [...BETAS_OF_4, LONG_CONTEXT_BETA],
  sampling: 'one',
};

/** The cache minimum of Opus 4.1 is not documented (2026-11-22). */
export const CLAUDE_4_OPUS: ModelRules = { ...CLAUDE_4_SONNET, betas: BETAS_OF_4, maxOutputTokens: 32_000 };

/**
 * Introduces native structured output (`outputConfig.textFormat`), and cache points of an hour, which AWS documents for
 * the 4.5 family and later models (2026-11-22).
 */
export const CLAUDE_4_5: ModelRules = {
  ...CLAUDE_4_SONNET,
  betas: [...BETAS_OF_4_5, LONG_CONTEXT_BETA],
  structuredOutput: 'native',
  strictTools: true,
  cacheMinTokens: 1_024,
  cacheLife: '1h',
};

/** Support of native structured output differs between accounts (AI SDK catalog, 2026-11-22). */
export const CLAUDE_4_5_HAIKU: ModelRules = {
  ...CLAUDE_4_5,
  betas: BETAS_OF_4_5,
  structuredOutput: 'tool',
  strictTools: undefined,
  cacheMinTokens: 4_096,
};

/** Accepts an effort beside a thinking budget. */
export const CLAUDE_4_5_OPUS: ModelRules = {
  ...CLAUDE_4_5,
  betas: BETAS_OF_4_5_OPUS,
  cacheMinTokens: 4_096,
  thinking: { ...BUDGET_THINKING, effort: ['low', 'medium', 'high'] },
};

/** Introduces adaptive thinking beside budgets and a million tokens of context. Rejects prefills. */
export const CLAUDE_4_6_OPUS: ModelRules = {
  ...CLAUDE_4_5_OPUS,
  betas: BETAS_OF_4_6,
  contextTokens: 1_000_000,
  requestImages: IMAGES_OF_1M,
  maxOutputTokens: 128_000,
  thinking: { ...BUDGET_THINKING, adaptive: true, effort: ['low', 'medium', 'high', 'max'] },
  prefill: false,
};

/**
 * Uncertain (2026-11-22): models.dev lists 64K output tokens, newer catalogs 128K, and the lower value never fails. AWS
 * documents a cache minimum of 1024 tokens, Anthropic 2048. Native structured output fails with larger schemas.
 */
export const CLAUDE_4_6_SONNET: ModelRules = {
  ...CLAUDE_4_6_OPUS,
  maxOutputTokens: 64_000,
  structuredOutput: 'tool',
  strictTools: undefined,
  cacheMinTokens: 1_024,
};

/**
 * Rejects sampling parameters and budgets. Uses a new tokenizer, and returns thinking text on request only. CountTokens
 * does not support it on this endpoint (AWS model card of Opus 4.8; not documented for the others, 2026-11-22).
 * Bedrock validates native structured output against its own copy of the schema and rejects it (AI SDK catalog,
 * 2026-11-22). Reports differ on forced tool choices with adaptive thinking (2026-11-22), so they are not used.
 */
export const CLAUDE_4_7: ModelRules = {
  ...CLAUDE_4_6_OPUS,
  betas: BETAS_OF_4_7,
  tokenizer: '2026',
  countsTokens: undefined,
  thinking: ADAPTIVE_THINKING,
  sampling: 'none',
  topK: false,
  structuredOutput: 'tool',
  strictTools: undefined,
  outputConfigEffort: 'xhigh',
  cacheMinTokens: 2_048,
};

/**
 * Output counts three times as much towards the quota as that of 4.7. Native structured output works (LiteLLM 1.110.2,
 * 2026-11); if an account rejects it, the gateway tries the next format once and remembers it.
 * Accepts messages with the role `system` within a conversation (Anthropic, "What's new in Claude Opus 4.8"). Reports
 * on InvokeModel differ (stdapi.ai #49 of 2026-07, LiteLLM's `supports_mid_conversation_system`, 2026-11): after a
 * rejection, such messages are sent as text.
 */
export const CLAUDE_4_8: ModelRules = {
  ...CLAUDE_4_7,
  outputBurndown: 15,
  systemRole: true,
  structuredOutput: 'native',
  cacheMinTokens: 1_024,
};

/**
 * Thinks by default, and accepts forced tool choices at the same time. Bedrock accepts default values of sampling
 * parameters, but the gateway sends none.
 */
export const CLAUDE_5: ModelRules = {
  ...CLAUDE_4_8,
  betas: BETAS_OF_5,
  outputBurndown: 10,
  systemRole: true,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'disabled' },
  forcedToolChoice: 'yes',
  outputConfigEffort: undefined,
  cacheMinTokens: CACHE_MINIMUM_OF_5,
};

/** Differs from Opus 5 in the efforts beside a format and in the cache minimum. */
export const CLAUDE_5_SONNET: ModelRules = { ...CLAUDE_5, outputConfigEffort: 'xhigh', cacheMinTokens: 1_024 };

/** Thinking cannot be disabled. The lowest effort limits it. */
export const CLAUDE_FABLE_5: ModelRules = {
  ...CLAUDE_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'effort' },
  outputConfigEffort: 'xhigh',
};

/**
 * Opus 5.5 rejects forced tool choices, so the only fallback for native structured output is an instruction. Thinking
 * bound to an account is reported for the 5.5 line. It is assumed for Fable as well, because a wrong assumption has no
 * effect (2026-11-22).
 */
export const CLAUDE_5_5: ModelRules = {
  ...CLAUDE_FABLE_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'effort', accountBound: true },
  forcedToolChoice: 'never',
  outputConfigEffort: undefined,
};

/** Fable 5.1 and 5.2. */
export const CLAUDE_5_5_FABLE: ModelRules = { ...CLAUDE_5_5, outputConfigEffort: 'xhigh' };

/** Rejects `disabled`. `between_tools` is the minimum of thinking, and excludes efforts above high. */
export const CLAUDE_5_5_SONNET: ModelRules = {
  ...CLAUDE_5_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'between_tools', accountBound: true },
  outputConfigEffort: 'xhigh',
};

/** Haiku 5.5 accepts disabled thinking, with an effort of at most high. */
export const CLAUDE_5_5_HAIKU: ModelRules = {
  ...CLAUDE_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'disabled', accountBound: true },
  outputConfigEffort: 'xhigh',
};

/** Rules of Claude models that the table lacks: the strictest known ones. */
export const NEWEST_CLAUDE: ModelRules = CLAUDE_5_5_FABLE;
