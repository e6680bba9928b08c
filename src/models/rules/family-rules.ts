/**
 * Rules of the model families other than Claude on Converse, as documented or observed on 2026-11-22. Limits are those
 * of the family's smallest model; entries of the table raise them.
 */
import { NEWEST_CLAUDE } from './claude-rules.ts';
import type { ModelRules } from '../types/model.ts';

/**
 * Rules of a model without an entry: the parameters that every model on Converse accepts. Images, documents, audio and
 * tools are allowed, because Bedrock's own error is more accurate than one of the gateway.
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
  // "This model doesn't support the reasoningContent.reasoningText.signature field": only Claude supports it.
  signatures: false,
  structuredOutput: 'prompt',
};

/**
 * Models that accept forced tool choices, which structured output can use. Used without changes for Grok, Kimi, GLM,
 * MiniMax, Nemotron and Gemma. Not documented for them: the field that requests reasoning, and which of them accept
 * documents (2026-11-22).
 */
export const BASELINE_RULES: ModelRules = {
  ...UNKNOWN_FAMILY,
  blankStopSequences: true,
  forcedToolChoice: 'yes',
  vision: false,
  audio: false,
  structuredOutput: 'tool',
};

/**
 * Models with the tiers of AWS's announcement of 2025-11-18, or of AWS's price list since (LiteLLM 1.110.2, 2026-11).
 */
export const RULES_WITH_SERVICE_TIERS = { serviceTiers: ['flex', 'priority'] } as const satisfies Partial<ModelRules>;

/**
 * Models with native structured output (LiteLLM 1.110.2 and litellm#35655, 2026-11). If an account rejects it, the
 * gateway tries the next format once and remembers it.
 */
export const NATIVE_FORMAT = { structuredOutput: 'native' } as const satisfies Partial<ModelRules>;

/**
 * Nova accepts `any` since 2025-03 (AWS announcement "Amazon Nova expands tool choice"). It accepts images in tool
 * results (AWS API reference, ToolResultContentBlock, 2026-11). PDF and DOCX can have any size (AWS user guide, API
 * restrictions, 2026-11).
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

/** Micro accepts text only. */
export const NOVA_MICRO: ModelRules = { ...NOVA, contextTokens: 128_000, vision: false, documents: false };

/** Bedrock rejects `maxTokens` together with high reasoning effort (AI SDK, 2026-11-22). */
export const NOVA_2: ModelRules = {
  ...NOVA,
  ...RULES_WITH_SERVICE_TIERS,
  family: 'nova-2',
  contextTokens: 1_000_000,
  maxOutputTokens: 65_535,
  reasoningField: 'reasoningConfig',
};

/**
 * No tool choice, and no tool calls in streams (AWS's table of Converse features; uncertain for Llama 4, 2026-11-22).
 */
export const LLAMA: ModelRules = {
  ...UNKNOWN_FAMILY,
  family: 'llama',
  maxOutputTokens: 4_096,
  toolStreaming: false,
  vision: false,
  audio: false,
  blankStopSequences: true,
};

/** Tool call ids must have exactly nine letters and digits (Mistral's own template). */
export const MISTRAL: ModelRules = { ...BASELINE_RULES, family: 'mistral', toolIdPattern: 'nine-alphanumeric' };

/** Accepts `any` only without reasoning, and no stop sequences (langchain-aws #1261 of 2026-09-05, #664). */
export const DEEPSEEK: ModelRules = {
  ...BASELINE_RULES,
  family: 'deepseek',
  reasoningField: 'reasoning_config',
  forcedToolChoice: 'without-thinking',
  stopSequences: false,
};

/** R1 always reasons, has no tools, and accepts stop sequences (langchain-aws #664, #688). */
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

/**
 * All four models accept forced tool choices (langchain-aws #1278 of 2026-09-11), none accepts stop sequences (crewAI
 * #3317).
 */
export const GPT_OSS: ModelRules = {
  ...BASELINE_RULES,
  ...RULES_WITH_SERVICE_TIERS,
  family: 'gpt-oss',
  reasoningField: 'reasoning_effort',
  stopSequences: false,
};

/**
 * OpenAI's closed models. The effort is nested; `minimal` and `max` are rejected, `xhigh` is accepted (pi-ai catalog of
 * 2026-11-10). Assumed: they reject sampling parameters and stop sequences as on OpenAI's API (2026-11-22), and
 * omitting them never fails.
 * Output takes ten times its tokens from the quota, as AWS documents for GPT-5.6 ("How tokens are counted in Amazon
 * Bedrock", 2026-10); assumed for the others.
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

/** Palmyra documents tools, but no tool choice (uncertain, 2026-11-22). */
export const PALMYRA: ModelRules = { ...UNKNOWN_FAMILY, vision: false, audio: false };

/** Rules of ids without an entry in the table, by the beginning of the id. The first match applies. */
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
