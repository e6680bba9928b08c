/**
 * What the families beside Claude take and refuse in Converse, as documented or observed on 2026-11-22.
 * Limits are those of the family's smallest member; rows of the table raise them.
 */
import { NEWEST_CLAUDE } from './claude-rules.ts';
import type { ModelRules } from '../types/model.ts';

/**
 * A model nobody has described: only what every model on Converse takes. Images, documents, audio and tools are let
 * through, because Bedrock's own refusal says more than ours could.
 */
export const UNKNOWN_FAMILY: ModelRules = {
  family: 'other',
  contextTokens: 128_000,
  maxOutputTokens: 8_192,
  thinking: null,
  reasoningField: null,
  sampling: 'both',
  topK: false,
  forcedToolChoice: 'never',
  prefill: false,
  tools: true,
  toolStreaming: true,
  vision: true,
  documents: true,
  audio: true,
  system: true,
  stopSequences: true,
  // "Conversation blocks and tool result blocks cannot be provided in the same turn."
  textBesideToolResults: false,
  // "This model doesn't support the reasoningContent.reasoningText.signature field": Claude's alone.
  signatures: false,
  structuredOutput: 'prompt',
};

/**
 * Forced tools are taken, so structure can be had through them. As they stand these are the rules of Grok, Kimi,
 * GLM, MiniMax, Nemotron and Gemma; how those want reasoning asked for is not documented, nor which of them
 * read documents (2026-11-22).
 */
export const BASELINE_RULES: ModelRules = {
  ...UNKNOWN_FAMILY,
  blankStopSequences: true,
  forcedToolChoice: 'yes',
  vision: false,
  audio: false,
  structuredOutput: 'tool',
};

/** Models with the tiers of AWS's announcement of 2025-11-18, and those that AWS's price list has since (LiteLLM 1.110.2, 2026-11). */
export const RULES_WITH_SERVICE_TIERS = { serviceTiers: ['flex', 'priority'] } as const satisfies Partial<ModelRules>;

/**
 * Models with Bedrock's own structured output (LiteLLM 1.110.2 and litellm#35655, 2026-11). Where an account refuses it,
 * the next way is tried once and remembered.
 */
export const NATIVE_FORMAT = { structuredOutput: 'native' } as const satisfies Partial<ModelRules>;

/**
 * Nova takes `any` since 2025-03 (AWS announcement "Amazon Nova expands tool choice"). Images in results of tools: AWS
 * API reference, ToolResultContentBlock; PDF and DOCX of any size: AWS user guide, API restrictions (both 2026-11).
 */
export const NOVA: ModelRules = {
  ...BASELINE_RULES,
  mediaInToolResults: true,
  largeDocuments: ['pdf', 'docx'],
  family: 'nova',
  contextTokens: 300_000,
  maxOutputTokens: 10_000,
  toolErrors: true,
  vision: true,
  cacheMinTokens: 1_024,
};

/** Micro reads text only. */
export const NOVA_MICRO: ModelRules = { ...NOVA, contextTokens: 128_000, vision: false, documents: false };

/** Bedrock refuses `maxTokens` beside high reasoning effort (AI SDK, 2026-11-22). */
export const NOVA_2: ModelRules = {
  ...NOVA,
  ...RULES_WITH_SERVICE_TIERS,
  family: 'nova-2',
  contextTokens: 1_000_000,
  maxOutputTokens: 65_535,
  reasoningField: 'reasoningConfig',
};

/** No tool choice, and tool calls only in plain answers (AWS's table of Converse features; uncertain for Llama 4, 2026-11-22). */
export const LLAMA: ModelRules = {
  ...UNKNOWN_FAMILY,
  family: 'llama',
  maxOutputTokens: 4_096,
  toolStreaming: false,
  vision: false,
  audio: false,
  blankStopSequences: true,
};

/** Tool call ids have exactly nine letters and digits (Mistral's own template). */
export const MISTRAL: ModelRules = { ...BASELINE_RULES, family: 'mistral', toolIdPattern: 'nine-alphanumeric' };

/** `any` works only without reasoning; no stop sequences (langchain-aws #1261 of 2026-09-05, #664). */
export const DEEPSEEK: ModelRules = {
  ...BASELINE_RULES,
  family: 'deepseek',
  reasoningField: 'reasoning_config',
  forcedToolChoice: 'without-thinking',
  stopSequences: false,
};

/** R1 always reasons, has no tools, and does take stop sequences (langchain-aws #664, #688). */
export const DEEPSEEK_R1: ModelRules = {
  ...DEEPSEEK,
  reasoningField: null,
  forcedToolChoice: 'never',
  tools: false,
  toolStreaming: false,
  stopSequences: true,
  structuredOutput: 'prompt',
};

/** "This model doesn't support the stopSequences field" (dify-official-plugins #1767). */
export const QWEN: ModelRules = { ...BASELINE_RULES, family: 'qwen', stopSequences: false };

/** Forced tools work on all four (langchain-aws #1278 of 2026-09-11), stop sequences on none (crewAI #3317). */
export const GPT_OSS: ModelRules = {
  ...BASELINE_RULES,
  ...RULES_WITH_SERVICE_TIERS,
  family: 'gpt-oss',
  reasoningField: 'reasoning_effort',
  stopSequences: false,
};

/**
 * OpenAI's closed models want effort nested and refuse `minimal`; all of them take xhigh, none max (pi-ai catalogue of
 * 2026-11-10). That they refuse sampling and stop sequences as at OpenAI is an assumption (2026-11-22): to leave them
 * out fails nowhere. Output takes ten times its tokens from the quota: AWS says so of GPT-5.6 ("How tokens are counted
 * in Amazon Bedrock", 2026-10), of the others it is assumed.
 */
export const GPT: ModelRules = {
  ...BASELINE_RULES,
  family: 'gpt',
  outputBurndown: 10,
  reasoningField: 'reasoning',
  efforts: ['low', 'medium', 'high', 'xhigh'],
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
  sampling: 'none',
  vision: true,
  stopSequences: false,
};

/** Palmyra documents tools without a choice among them (uncertain, 2026-11-22). */
export const PALMYRA: ModelRules = { ...UNKNOWN_FAMILY, vision: false, audio: false };

/** Rules of ids that have no row of their own, by how the id starts; the first match holds. */
export const RULES_BY_ID_START: readonly (readonly [start: string, rules: ModelRules])[] = [
  ['anthropic.', NEWEST_CLAUDE],
  ['amazon.nova-2', NOVA_2],
  ['amazon.', NOVA],
  ['meta.', LLAMA],
  ['mistral.', MISTRAL],
  ['deepseek.', DEEPSEEK],
  ['qwen.', QWEN],
  ['openai.gpt-oss', GPT_OSS],
  ['openai.', GPT],
  ['writer.', PALMYRA],
  ['xai.', BASELINE_RULES],
  ['moonshotai.', BASELINE_RULES],
  ['moonshot.', BASELINE_RULES],
  ['zai.', BASELINE_RULES],
  ['minimax.', BASELINE_RULES],
  ['nvidia.', BASELINE_RULES],
  ['google.', BASELINE_RULES],
];
