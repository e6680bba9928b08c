import type { ClaudeRules, Effort, Model } from './model.ts';

const ALL_EFFORTS: readonly Effort[] = ['low', 'medium', 'high', 'xhigh', 'max'];
const UP_TO_HIGH: readonly Effort[] = ['low', 'medium', 'high'];

const CLAUDE_2: ClaudeRules = {
  thinkingTypes: [],
  thinksByDefault: false,
  effortsWithoutThinking: [],
  display: 'summarized',
  efforts: [],
  sampling: 'both',
  forcedTools: 'always',
  prefill: true,
  textFormat: false,
  bindsThinking: false,
  tools: false,
  images: false,
};
const CLAUDE_3: ClaudeRules = { ...CLAUDE_2, tools: true, images: true };
const CLAUDE_3_7: ClaudeRules = {
  ...CLAUDE_3,
  thinkingTypes: ['enabled', 'disabled'],
  forcedTools: 'without-thinking',
};
const CLAUDE_4: ClaudeRules = { ...CLAUDE_3_7, sampling: 'one-of', largePdf: true };
const CLAUDE_4_5: ClaudeRules = { ...CLAUDE_4, textFormat: true };
const OPUS_4_5: ClaudeRules = { ...CLAUDE_4_5, efforts: UP_TO_HIGH, effortsWithoutThinking: UP_TO_HIGH };
const CLAUDE_4_6: ClaudeRules = {
  ...CLAUDE_4_5,
  thinkingTypes: ['enabled', 'adaptive', 'disabled'],
  efforts: ['low', 'medium', 'high', 'max'],
  effortsWithoutThinking: ['low', 'medium', 'high', 'max'],
  prefill: false,
};
/** From Opus 4.7 on: no sampling parameters, no budgets, and no thinking text unless the request sets `display`. */
const CLAUDE_4_7: ClaudeRules = {
  ...CLAUDE_4_6,
  thinkingTypes: ['adaptive', 'disabled'],
  efforts: ALL_EFFORTS,
  effortsWithoutThinking: ALL_EFFORTS,
  display: 'omitted',
  sampling: 'none',
};
/** From here on, the model thinks by default and accepts forced tools while it thinks. */
const CLAUDE_5: ClaudeRules = { ...CLAUDE_4_7, thinksByDefault: true, forcedTools: 'always', systemRole: true };
const SONNET_5: ClaudeRules = { ...CLAUDE_5, sampling: 'default-only' };
const OPUS_5: ClaudeRules = { ...CLAUDE_5, effortsWithoutThinking: UP_TO_HIGH };
const FABLE_5: ClaudeRules = { ...CLAUDE_5, thinkingTypes: ['adaptive'] };
const FABLE_5_1: ClaudeRules = { ...FABLE_5, forcedTools: 'never' };
const OPUS_5_5: ClaudeRules = { ...FABLE_5_1, bindsThinking: true };
const SONNET_5_5: ClaudeRules = {
  ...OPUS_5_5,
  thinkingTypes: ['adaptive', 'between_tools'],
  effortsWithoutThinking: UP_TO_HIGH,
};
const HAIKU_5_5: ClaudeRules = { ...OPUS_5, bindsThinking: true };

const LARGE = { contextTokens: 1_000_000, outputTokens: 128_000 };
/**
 * Minimum tokens of a cached prefix from Opus 5 on, except Sonnet 5 (LiteLLM 1.110.2, from Anthropic's page, 2026-11).
 */
const NEWEST = { ...LARGE, cacheMinimum: 512 };
const SMALL = { contextTokens: 200_000, outputTokens: 64_000 };

function claude(id: string, name: string, profiles: string, rules: ClaudeRules, rest: Partial<Model>): Model {
  return {
    id: `anthropic.${id}`,
    name,
    provider: 'Anthropic',
    profiles: profiles.split(' ').filter(Boolean),
    onDemand: false,
    ...SMALL,
    cacheMinimum: 1024,
    countsTokens: true,
    claude: rules,
    ...rest,
  };
}

export const CLAUDE_MODELS: readonly Model[] = [
  // By invitation only. Equal to Fable (Anthropic's model page, 2026-07).
  claude('claude-mythos-5', 'Claude Mythos 5', 'us global', FABLE_5, { ...LARGE, cacheMinimum: 512 }),
  claude('claude-fable-5-2', 'Claude Fable 5.2', 'us global', FABLE_5_1, NEWEST),
  claude('claude-fable-5-1', 'Claude Fable 5.1', 'us us-gov global', FABLE_5_1, NEWEST),
  claude('claude-fable-5', 'Claude Fable 5', 'us eu global', FABLE_5, NEWEST),
  claude('claude-opus-5-5', 'Claude Opus 5.5', 'us us-gov eu au jp global', OPUS_5_5, NEWEST),
  claude('claude-sonnet-5-5', 'Claude Sonnet 5.5', 'us us-gov eu au global', SONNET_5_5, NEWEST),
  claude('claude-haiku-5-5', 'Claude Haiku 5.5', 'us us-gov eu au jp global', HAIKU_5_5, NEWEST),
  claude('claude-opus-5', 'Claude Opus 5', 'us us-gov eu au jp in global', OPUS_5, NEWEST),
  claude('claude-sonnet-5', 'Claude Sonnet 5', 'us us-gov eu au jp in global', SONNET_5, LARGE),
  // Bedrock Runtime does not support token counting for it (AWS model card of Opus 4.8).
  claude('claude-opus-4-8', 'Claude Opus 4.8', 'us us-gov eu au jp global', CLAUDE_4_7, {
    ...LARGE,
    countsTokens: false,
  }),
  claude('claude-opus-4-7', 'Claude Opus 4.7', 'us eu au jp global', CLAUDE_4_7, { ...LARGE, cacheMinimum: 2048 }),
  claude('claude-opus-4-6-v1', 'Claude Opus 4.6', 'us eu au global', CLAUDE_4_6, { ...LARGE, cacheMinimum: 4096 }),
  claude('claude-sonnet-4-6', 'Claude Sonnet 4.6', 'us eu au jp global', CLAUDE_4_6, {
    ...LARGE,
    outputTokens: 64_000,
  }),
  claude('claude-opus-4-5-20251101-v1:0', 'Claude Opus 4.5', 'us eu global', OPUS_4_5, { cacheMinimum: 4096 }),
  claude('claude-sonnet-4-5-20250929-v1:0', 'Claude Sonnet 4.5', 'us us-gov eu au jp global', CLAUDE_4_5, {
    legacySince: '2026-10-08',
    endOfLife: '2027-04-08',
  }),
  claude('claude-haiku-4-5-20251001-v1:0', 'Claude Haiku 4.5', 'us eu au jp in global', CLAUDE_4_5, {
    cacheMinimum: 4096,
  }),
  claude('claude-opus-4-1-20250805-v1:0', 'Claude Opus 4.1', 'us', CLAUDE_4, {
    outputTokens: 32_000,
    legacySince: '2026-07-08',
    endOfLife: '2027-01-08',
  }),
  claude('claude-sonnet-4-20250514-v1:0', 'Claude Sonnet 4', 'us eu apac global', CLAUDE_4, {
    endOfLife: '2026-10-14',
  }),
  claude('claude-opus-4-20250514-v1:0', 'Claude Opus 4', 'us', CLAUDE_4, {
    outputTokens: 32_000,
    endOfLife: '2026-05-31',
  }),
  // The exact day is unknown: AWS removed the model from the lifecycle page by mid-2026.
  claude('claude-3-7-sonnet-20250219-v1:0', 'Claude 3.7 Sonnet', 'us eu apac', CLAUDE_3_7, {
    longOutput: { beta: 'output-128k-2025-02-19', outputTokens: 128_000 },
    endOfLife: '2026-04-28',
  }),
  claude(
    'claude-3-5-haiku-20241022-v1:0',
    'Claude 3.5 Haiku',
    'us',
    { ...CLAUDE_3, images: false },
    { outputTokens: 8192, cacheMinimum: 2048, endOfLife: '2026-06-19' },
  ),
  claude('claude-3-5-sonnet-20241022-v2:0', 'Claude 3.5 Sonnet v2', 'us apac', CLAUDE_3, {
    outputTokens: 8192,
    endOfLife: '2026-07-30',
  }),
  claude('claude-3-5-sonnet-20240620-v1:0', 'Claude 3.5 Sonnet', 'us eu apac', CLAUDE_3, {
    onDemand: true,
    outputTokens: 8192,
    cacheMinimum: undefined,
    endOfLife: '2026-07-30',
  }),
  claude('claude-3-opus-20240229-v1:0', 'Claude 3 Opus', 'us', CLAUDE_3, {
    onDemand: true,
    outputTokens: 4096,
    cacheMinimum: undefined,
    endOfLife: '2026-01-15',
  }),
  claude('claude-3-sonnet-20240229-v1:0', 'Claude 3 Sonnet', 'us eu apac', CLAUDE_3, {
    onDemand: true,
    outputTokens: 4096,
    cacheMinimum: undefined,
    endOfLife: '2026-07-30',
  }),
  claude('claude-3-haiku-20240307-v1:0', 'Claude 3 Haiku', 'us eu apac', CLAUDE_3, {
    onDemand: true,
    outputTokens: 4096,
    cacheMinimum: 2048,
    endOfLife: '2026-09-10',
  }),
  claude('claude-v2:1', 'Claude 2.1', '', CLAUDE_2, {
    onDemand: true,
    outputTokens: 4096,
    cacheMinimum: undefined,
    countsTokens: false,
    endOfLife: '2025-07-21',
  }),
  claude('claude-v2', 'Claude 2', '', CLAUDE_2, {
    onDemand: true,
    contextTokens: 100_000,
    outputTokens: 4096,
    cacheMinimum: undefined,
    countsTokens: false,
    endOfLife: '2025-07-21',
  }),
  claude('claude-instant-v1', 'Claude Instant', '', CLAUDE_2, {
    onDemand: true,
    contextTokens: 100_000,
    outputTokens: 4096,
    cacheMinimum: undefined,
    countsTokens: false,
    endOfLife: '2025-07-21',
  }),
];
