import type { ReasoningEffort, ReasoningField } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { THINKING_BUDGET_BY_EFFORT, effortForBudget, highestEffortUpTo } from './effort.ts';
import { resolveMaxTokens, type TokenLimit } from './max-tokens.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';

type EffortField = Exclude<ReasoningField, 'thinking' | null>;
type ThinkingOn = Extract<ThinkingOptions, { kind: 'on' }>;

/** Efforts of models whose entry in the model table names none. */
const DEFAULT_EFFORTS: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

/**
 * Prepares reasoning for the model families that only accept an effort: Nova, DeepSeek, Qwen, gpt-oss, GPT. Reports
 * changed values.
 */
export function prepareReasoningEffort(
  field: EffortField,
  options: ThinkingOptions,
  limit: TokenLimit,
  accepted: readonly ReasoningEffort[] = DEFAULT_EFFORTS,
  adjustments: Adjustments,
): PreparedThinking {
  switch (options.kind) {
    case 'unspecified':
      return { fields: {}, active: 'off', sampling: 'free', maxTokens: resolveMaxTokens(limit, 0, adjustments) };
    case 'off':
      // These families have one field for both, so disabled reasoning leaves no place for an effort.
      if (options.effort) adjustments.dropped('reasoning_effort');
      return {
        fields: offFields(field, options.param, adjustments),
        active: 'off',
        sampling: 'free',
        maxTokens: resolveMaxTokens(limit, 0, adjustments),
      };
    case 'on':
      return withEffort(field, options, limit, accepted, adjustments);
    default:
      return options satisfies never;
  }
}

function withEffort(
  field: EffortField,
  options: ThinkingOn,
  limit: TokenLimit,
  accepted: readonly ReasoningEffort[],
  adjustments: Adjustments,
): PreparedThinking {
  const requested = options.effort ?? (options.budget ? effortForBudget(options.budget.tokens) : 'medium');
  const effort = highestEffortUpTo(requested, accepted) ?? 'medium';
  if (options.effort && effort !== options.effort) adjustments.replaced('reasoning_effort', effort);
  if (options.budget) adjustments.changed(options.budget.param, options.effort ? 'dropped' : `effort_${effort}`);
  if (options.display !== undefined) adjustments.dropped('thinking.display');

  // At high effort, Nova 2 rejects `maxTokens` and sampling parameters.
  if (field === 'reasoningConfig' && effort === 'high') {
    if (limit.named !== undefined) adjustments.dropped(limit.param);
    return { fields: onFields(field, effort), active: 'on', sampling: 'omitted' };
  }
  const thinkingTokens = options.budget?.tokens ?? (options.effort ? THINKING_BUDGET_BY_EFFORT[options.effort] : 0);
  const maxTokens = resolveMaxTokens(limit, thinkingTokens, adjustments);
  return { fields: onFields(field, effort), active: 'on', sampling: 'free', maxTokens };
}

function onFields(field: EffortField, effort: ReasoningEffort): Record<string, unknown> {
  switch (field) {
    case 'reasoningConfig':
      return { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } };
    case 'reasoning':
      return { reasoning: { effort } };
    case 'reasoning_config':
    case 'reasoning_effort':
      return { [field]: effort };
    default:
      return field satisfies never;
  }
}

function offFields(field: EffortField, param: string, adjustments: Adjustments): Record<string, unknown> {
  switch (field) {
    case 'reasoningConfig':
      return { reasoningConfig: { type: 'disabled' } };
    case 'reasoning_config':
      return {};
    case 'reasoning':
    case 'reasoning_effort':
      // gpt-oss always reasons; low is its minimum. OpenAI's API accepts `none` for GPT from 5.1 on. Not documented for
      // Bedrock (2026-11-22), and low is always accepted.
      adjustments.changed(param, 'effort_low');
      return onFields(field, 'low');
    default:
      return field satisfies never;
  }
}
