import type { ReasoningEffort, ReasoningField } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { THINKING_BUDGET_BY_EFFORT, effortForBudget, highestEffortUpTo } from './effort.ts';
import { resolveMaxTokens, type TokenLimit } from './max-tokens.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';

type EffortField = Exclude<ReasoningField, 'thinking' | null>;
type ThinkingOn = Extract<ThinkingOptions, { kind: 'on' }>;

/** What the other families take where their row of the table says nothing narrower. */
const USUAL_EFFORTS: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

/** Reasoning of the families that know efforts only: Nova, DeepSeek, Qwen, gpt-oss, GPT. */
export function prepareReasoningEffort(
  field: EffortField,
  wish: ThinkingOptions,
  limit: TokenLimit,
  accepted: readonly ReasoningEffort[] = USUAL_EFFORTS,
  adjustments: Adjustments,
): PreparedThinking {
  switch (wish.kind) {
    case 'unsaid':
      return { fields: {}, active: 'off', sampling: 'free', maxTokens: resolveMaxTokens(limit, 0, adjustments) };
    case 'off':
      // These families have one word for both: without reasoning there is no effort.
      if (wish.effort) adjustments.dropped('reasoning_effort');
      return {
        fields: offFields(field, wish.param, adjustments),
        active: 'off',
        sampling: 'free',
        maxTokens: resolveMaxTokens(limit, 0, adjustments),
      };
    case 'on':
      return withEffort(field, wish, limit, accepted, adjustments);
    default:
      return wish satisfies never;
  }
}

function withEffort(
  field: EffortField,
  wish: ThinkingOn,
  limit: TokenLimit,
  accepted: readonly ReasoningEffort[],
  adjustments: Adjustments,
): PreparedThinking {
  const wanted = wish.effort ?? (wish.budget ? effortForBudget(wish.budget.tokens) : 'medium');
  const effort = highestEffortUpTo(wanted, accepted) ?? 'medium';
  if (wish.effort && effort !== wish.effort) adjustments.replaced('reasoning_effort', effort);
  if (wish.budget) adjustments.changed(wish.budget.param, wish.effort ? 'dropped' : `effort_${effort}`);
  if (wish.display !== undefined) adjustments.dropped('thinking.display');

  // Nova 2 at high effort chooses its own length and sampling, and refuses to be told.
  if (field === 'reasoningConfig' && effort === 'high') {
    if (limit.named !== undefined) adjustments.dropped(limit.param);
    return { fields: onFields(field, effort), active: 'on', sampling: 'omitted' };
  }
  const room = wish.budget?.tokens ?? (wish.effort ? THINKING_BUDGET_BY_EFFORT[wish.effort] : 0);
  const maxTokens = resolveMaxTokens(limit, room, adjustments);
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
      // gpt-oss always reasons; low is the least. OpenAI takes `none` for GPT from 5.1 on, but whether Bedrock does is
      // not documented (2026-11-22), and low is never refused.
      adjustments.changed(param, 'effort_low');
      return onFields(field, 'low');
    default:
      return field satisfies never;
  }
}
