import type { Model, ModelRules, ThinkingRules } from '../../src/models/types/model.ts';
import type { TranslationOptions } from '../../src/translation/dialect.ts';

/**
 * One model of every generation that differs, written by hand, so that changes of the table in `src/models` do not
 * change
 * the input of the translator tests.
 */

const BUDGET: ThinkingRules = {
  budget: true,
  adaptive: false,
  byDefault: false,
  off: 'omit',
  effort: [],
  displayOmitted: false,
};
const ADAPTIVE: ThinkingRules = {
  budget: false,
  adaptive: true,
  byDefault: false,
  off: 'omit',
  effort: ['low', 'medium', 'high', 'xhigh', 'max'],
  displayOmitted: true,
};

const CLAUDE_3_5: ModelRules = {
  family: 'claude',
  contextTokens: 200_000,
  maxOutputTokens: 8_192,
  thinking: null,
  reasoningField: null,
  sampling: 'both',
  topK: true,
  forcedToolChoice: 'yes',
  nativeToolChoice: true,
  toolErrors: true,
  mediaInToolResults: true,
  plainToolSchemas: true,
  toolSchemaDraft: '2020-12',
  propertyNames: 'ascii-64',
  prefill: true,
  tools: true,
  toolStreaming: true,
  vision: true,
  documents: true,
  system: true,
  stopSequences: true,
  textBesideToolResults: true,
  signatures: true,
  structuredOutput: 'tool',
  betaFlags: true,
  cacheTools: true,
};
const CLAUDE_3_7: ModelRules = {
  ...CLAUDE_3_5,
  maxOutputTokens: 64_000,
  extendedOutput: { beta: 'output-128k-2025-02-19', maxOutputTokens: 128_000 },
  computerUseBeta: 'computer-use-2025-01-24',
  betas: ['computer-use-2025-01-24'],
  thinking: BUDGET,
  reasoningField: 'thinking',
  forcedToolChoice: 'without-thinking',
  cacheMinTokens: 1_024,
};
const CLAUDE_4_5: ModelRules = {
  ...CLAUDE_3_7,
  betas: ['interleaved-thinking-2025-05-14', 'context-management-2025-06-27'],
  extendedOutput: undefined,
  sampling: 'one',
  structuredOutput: 'native',
  strictTools: true,
  cacheMinTokens: 4_096,
  cacheLife: '1h',
};
const CLAUDE_4_6: ModelRules = {
  ...CLAUDE_4_5,
  betas: [
    'interleaved-thinking-2025-05-14',
    'context-management-2025-06-27',
    'fine-grained-tool-streaming-2025-05-14',
    'tool-search-tool-2025-10-19',
  ],
  maxOutputTokens: 128_000,
  thinking: { ...BUDGET, adaptive: true, effort: ['low', 'medium', 'high', 'max'] },
  prefill: false,
};
const CLAUDE_4_8: ModelRules = { ...CLAUDE_4_6, thinking: ADAPTIVE, sampling: 'none', topK: false };
const CLAUDE_5: ModelRules = {
  ...CLAUDE_4_8,
  thinking: { ...ADAPTIVE, byDefault: true, off: 'disabled' },
  forcedToolChoice: 'yes',
  systemRole: true,
};
const OPUS_5_5: ModelRules = {
  ...CLAUDE_4_8,
  thinking: { ...ADAPTIVE, byDefault: true, off: 'effort', accountBound: true },
  forcedToolChoice: 'never',
};
const SONNET_5_5: ModelRules = {
  ...OPUS_5_5,
  thinking: { ...ADAPTIVE, byDefault: true, off: 'between_tools', accountBound: true },
};

const OTHER: ModelRules = {
  ...CLAUDE_3_5,
  family: 'other',
  contextTokens: 128_000,
  topK: false,
  prefill: false,
  signatures: false,
  nativeToolChoice: undefined,
  toolErrors: undefined,
  mediaInToolResults: undefined,
  plainToolSchemas: undefined,
  textBesideToolResults: false,
  betaFlags: undefined,
  cacheTools: undefined,
};

const RULES = {
  'claude-2': { ...CLAUDE_3_5, maxOutputTokens: 4_096, system: false, tools: false, forcedToolChoice: 'never' },
  'claude-3-5-sonnet': CLAUDE_3_5,
  'claude-3-7-sonnet': CLAUDE_3_7,
  'claude-sonnet-4-5': CLAUDE_4_5,
  'claude-opus-4-6': CLAUDE_4_6,
  'claude-opus-4-8': CLAUDE_4_8,
  'claude-sonnet-5': CLAUDE_5,
  'claude-opus-5-5': OPUS_5_5,
  'claude-sonnet-5-5': SONNET_5_5,
  'nova-2-lite': {
    ...OTHER,
    family: 'nova',
    mediaInToolResults: true,
    maxOutputTokens: 65_535,
    reasoningField: 'reasoningConfig',
    cacheMinTokens: 1_024,
    serviceTiers: ['flex', 'priority'],
    optimizedLatency: true,
  },
  'deepseek-v3-2': {
    ...OTHER,
    family: 'deepseek',
    reasoningField: 'reasoning_config',
    stopSequences: false,
    forcedToolChoice: 'without-thinking',
  },
  'llama3-3-70b': { ...OTHER, family: 'llama', forcedToolChoice: 'never', toolStreaming: false },
  'mistral-large-3': { ...OTHER, family: 'mistral', toolIdPattern: 'nine-alphanumeric' },
  'gpt-oss-120b': { ...OTHER, family: 'gpt-oss', reasoningField: 'reasoning_effort' },
} as const satisfies Record<string, ModelRules>;

export type Generation = keyof typeof RULES;
export const GENERATIONS = Object.keys(RULES) as readonly Generation[];

export function rulesOf(generation: Generation): ModelRules {
  return RULES[generation];
}

export function cardOf(generation: Generation): Model {
  return {
    name: generation,
    displayName: generation,
    provider: 'test',
    id: `test.${generation}`,
    aliases: [],
    prefixes: [],
    onDemand: true,
    rules: RULES[generation],
    lifecycle: {},
  };
}

export function contextOf(generation: Generation, changes: Partial<TranslationOptions> = {}): TranslationOptions {
  return { model: cardOf(generation), thinkingByName: false, defaultMaxTokens: 4_096, ...changes };
}
