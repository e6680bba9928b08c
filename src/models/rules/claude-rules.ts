/**
 * What each generation of Claude takes and refuses on Bedrock, oldest first: every constant says what
 * changed against the one before it. State of 2026-11-22.
 *
 * Sources: Anthropic's migration guide and model pages, AWS's model cards and prompt caching page. What output takes
 * from the quota: AWS's page "How tokens are counted in Amazon Bedrock", as it stood in 2026-10: 15 for Claude 4.8; 10
 * for Opus 5.5, Sonnet 5, Opus 5 and Fable 5.1; 5 for "all other Anthropic models version 4.7 and below". Those since
 * 5 that it does not name (Fable 5 and 5.2, Sonnet 5.5, Haiku 5.5) are taken to be as their siblings.
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
 * Least cacheable prompts of 4.5 and later, as LiteLLM 1.110.2 lists them (2026-11); AWS's page listed more for some of
 * them earlier in 2026. A cache point below the true minimum is ignored, not refused.
 */
const CACHE_MINIMUM_OF_5 = 512;

/** Budgets of thinking tokens, as 3.7 brought them: off unless asked for. */
const BUDGET_THINKING: ThinkingRules = {
  budget: true,
  adaptive: false,
  byDefault: false,
  off: 'omit',
  effort: [],
  displayOmitted: false,
};

/** The model decides how long to think, from 4.7 on; the client says how much effort it is worth. */
const ADAPTIVE_THINKING: ThinkingRules = {
  budget: false,
  adaptive: true,
  byDefault: false,
  off: 'omit',
  effort: ['low', 'medium', 'high', 'xhigh', 'max'],
  displayOmitted: true,
};

/** Anthropic, vision (2026-11): 100 images for each request to models with 200k tokens of context; 2000 pixels a side above 20. */
const IMAGES_OF_200K: RequestImages = { most: 100, few: 20, pixelsOfMany: 2_000 };
/** All other models. Some regions of a global profile were seen to refuse more than 100 (2026-07): see `history-refusals.ts`. */
const IMAGES_OF_1M: RequestImages = { ...IMAGES_OF_200K, most: 600 };

/** No tools, no images; a system prompt has to be part of the first message. */
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

/** Claude 2.0 and Instant: half the context. */
export const CLAUDE_INSTANT: ModelRules = { ...CLAUDE_2, contextTokens: 100_000 };

/** Images in results of tools: "only supported by Amazon Nova and Anthropic Claude 3 and 4 models" (AWS API reference). */
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

export const CLAUDE_3_HAIKU: ModelRules = { ...CLAUDE_3, cacheMinTokens: 2_048 };

/**
 * AWS documents 8192 tokens of answer for 3.5 Sonnet, older pages 4096 (2026-11-22). From here on CountTokens takes the
 * model (AWS user guide, "Monitor your token usage by counting tokens").
 */
export const CLAUDE_3_5_SONNET: ModelRules = { ...CLAUDE_3, maxOutputTokens: 8_192 };

export const CLAUDE_3_5_SONNET_V2: ModelRules = {
  ...CLAUDE_3_5_SONNET,
  // AWS API reference and Anthropic, PDF support: every Claude with citations, from 3.5 Sonnet v2 on.
  pdfPagesByCitations: true,
  computerUseBeta: 'computer-use-2024-10-22',
  betas: BETAS_OF_3_5_V2,
  cacheMinTokens: 1_024,
};

/** Text only on Bedrock, unlike at Anthropic (AWS model card). */
export const CLAUDE_3_5_HAIKU: ModelRules = {
  ...CLAUDE_3_HAIKU,
  maxOutputTokens: 8_192,
  countsTokens: true,
  vision: false,
  optimizedLatency: true,
};

/** Thinking arrives; forced tools then need it off. */
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
 * From here on temperature and top_p together are refused, and "the 4.5 MB document size restriction doesn't apply to PDF
 * format" (AWS user guide, API restrictions, 2026-11).
 */
export const CLAUDE_4_SONNET: ModelRules = {
  ...CLAUDE_3_7,
  largeDocuments: ['pdf'],
  extendedOutput: undefined,
  betas: [...BETAS_OF_4, LONG_CONTEXT_BETA],
  sampling: 'one',
};

/** The cache minimum of Opus 4.1 is not documented anywhere we looked (2026-11-22). */
export const CLAUDE_4_OPUS: ModelRules = { ...CLAUDE_4_SONNET, betas: BETAS_OF_4, maxOutputTokens: 32_000 };

/**
 * Structured output in Bedrock's own words (`outputConfig.textFormat`), and cache points of an hour, which AWS
 * documents for the 4.5 family and the cards since (2026-11-22).
 */
export const CLAUDE_4_5: ModelRules = {
  ...CLAUDE_4_SONNET,
  betas: [...BETAS_OF_4_5, LONG_CONTEXT_BETA],
  structuredOutput: 'native',
  strictTools: true,
  cacheMinTokens: 1_024,
  cacheLife: '1h',
};

/** Whether native structured output works varies by account (AI SDK catalogue, 2026-11-22). */
export const CLAUDE_4_5_HAIKU: ModelRules = {
  ...CLAUDE_4_5,
  betas: BETAS_OF_4_5,
  structuredOutput: 'tool',
  strictTools: undefined,
  cacheMinTokens: 4_096,
};

export const CLAUDE_4_5_OPUS: ModelRules = {
  ...CLAUDE_4_5,
  betas: BETAS_OF_4_5_OPUS,
  cacheMinTokens: 4_096,
  thinking: { ...BUDGET_THINKING, effort: ['low', 'medium', 'high'] },
};

/** Adaptive thinking beside budgets, a million tokens of context, no prefill any more. */
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
 * Uncertain on 2026-11-22: models.dev says 64K tokens of answer, newer catalogues 128K (the lower one never
 * fails); AWS says 1024 tokens for the cache, Anthropic 2048. Native structured output fails on larger schemas.
 */
export const CLAUDE_4_6_SONNET: ModelRules = {
  ...CLAUDE_4_6_OPUS,
  maxOutputTokens: 64_000,
  structuredOutput: 'tool',
  strictTools: undefined,
  cacheMinTokens: 1_024,
};

/**
 * No sampling parameters and no budgets any more; a new tokenizer, and no CountTokens on this endpoint (AWS model card
 * of Opus 4.8; of the others nothing is said, 2026-11-22); thinking text only on request. Bedrock checks native
 * structured output against its own copy of the schema and refuses (AI SDK catalogue, 2026-11-22).
 * Whether forced tools go with adaptive thinking is reported both ways (2026-11-22): we say no.
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
 * Output weighs three times as much in the quota as that of 4.7. From here on native structured output works (LiteLLM
 * 1.110.2, 2026-11); where an account refuses it, the next way is tried once and remembered. Messages with the role
 * `system` within a conversation (Anthropic, "What's new in Claude Opus 4.8"). Reports about InvokeModel disagree
 * (stdapi.ai #49 of 2026-07, LiteLLM's `supports_mid_conversation_system`, 2026-11): after a refusal they are sent as text.
 */
export const CLAUDE_4_8: ModelRules = {
  ...CLAUDE_4_7,
  outputBurndown: 15,
  systemRole: true,
  structuredOutput: 'native',
  cacheMinTokens: 1_024,
};

/** Thinks unless told not to; forced tools work beside it. Default sampling values would pass; we send none. */
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

export const CLAUDE_5_SONNET: ModelRules = { ...CLAUDE_5, outputConfigEffort: 'xhigh', cacheMinTokens: 1_024 };

/** Thinking cannot be turned off, only be made brief by the lowest effort. */
export const CLAUDE_FABLE_5: ModelRules = {
  ...CLAUDE_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'effort' },
  outputConfigEffort: 'xhigh',
};

/**
 * Opus 5.5: forced tools are refused, so where native structured output is refused, too, structure can only be asked
 * for in words. That thoughts are bound is reported of the 5.5 line; of Fable it is assumed, which costs nothing (2026-11-22).
 */
export const CLAUDE_5_5: ModelRules = {
  ...CLAUDE_FABLE_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'effort', bound: true },
  forcedToolChoice: 'never',
  outputConfigEffort: undefined,
};

/** Fable 5.1 and 5.2. */
export const CLAUDE_5_5_FABLE: ModelRules = { ...CLAUDE_5_5, outputConfigEffort: 'xhigh' };

/** `disabled` is refused, `between_tools` is the least thinking there is; efforts above high do not go with it. */
export const CLAUDE_5_5_SONNET: ModelRules = {
  ...CLAUDE_5_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'between_tools', bound: true },
  outputConfigEffort: 'xhigh',
};

/** The small one of the 5.5 line can still be told not to think, up to effort high. */
export const CLAUDE_5_5_HAIKU: ModelRules = {
  ...CLAUDE_5,
  thinking: { ...ADAPTIVE_THINKING, byDefault: true, off: 'disabled', bound: true },
  outputConfigEffort: 'xhigh',
};

/** What a Claude is held to that is newer than this table: the strictest of what is known. */
export const NEWEST_CLAUDE: ModelRules = CLAUDE_5_5_FABLE;
