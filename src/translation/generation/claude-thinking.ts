import type { ThinkingRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { THINKING_BUDGET_BY_EFFORT, effortForBudget, highestEffortUpTo } from './effort.ts';
import { resolveMaxTokens, type TokenLimit } from './max-tokens.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';

type ThinkingOn = Extract<ThinkingOptions, { kind: 'on' }>;
type ThinkingOff = Extract<ThinkingOptions, { kind: 'off' }>;

/** Claude refuses a smaller `budget_tokens`. */
const LEAST_BUDGET = 1_024;
/** Thinking counts towards `max_tokens`; the rest of it is left to the answer. */
const THINKING_SHARE = 0.8;
/** The smallest `max_tokens` whose share holds the smallest budget. */
const LEAST_MAX_TOKENS = Math.ceil(LEAST_BUDGET / THINKING_SHARE);
/** The budget of a request that names none: half of `max_tokens`, at least this. */
const LEAST_DEFAULT_BUDGET = 4_000;

/**
 * Thinking in every generation of Claude: a token budget (3.7 to 4.6), adaptive with an effort
 * (4.6 on), and the four ways in which a generation can be told not to think.
 */
export function prepareClaudeThinking(
  wish: ThinkingOptions,
  limit: TokenLimit,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): PreparedThinking {
  switch (wish.kind) {
    case 'unsaid':
      return {
        fields: {},
        active: thinking.byDefault ? 'on' : 'off',
        sampling: thinking.byDefault ? 'fixed' : 'free',
        maxTokens: resolveMaxTokens(limit, 0, adjustments),
      };
    case 'off':
      return { ...withoutThinking(wish, thinking, adjustments), maxTokens: resolveMaxTokens(limit, 0, adjustments) };
    case 'on':
      return usesTokenBudget(wish, thinking)
        ? withBudget(wish, limit, thinking, adjustments)
        : withAdaptive(wish, limit, thinking, adjustments);
    default:
      return wish satisfies never;
  }
}

/** Where a model takes both, adaptive is Anthropic's advice; clients that speak of budgets still get one. */
export function usesTokenBudget(wish: ThinkingOn, thinking: ThinkingRules): boolean {
  if (!thinking.budget || !thinking.adaptive) return thinking.budget;
  if (wish.form === 'adaptive') return false;
  return wish.budget !== undefined || (wish.form === 'budget' && wish.effort === undefined);
}

function withBudget(
  wish: ThinkingOn,
  limit: TokenLimit,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): PreparedThinking {
  const named = namedBudget(wish, adjustments);
  const capped = resolveMaxTokens(limit, roomFor(named?.tokens ?? 0, limit), adjustments);
  const maxTokens = Math.max(capped, LEAST_MAX_TOKENS);
  if (maxTokens > capped) adjustments.replaced(limit.param, maxTokens);

  const wanted = named?.tokens ?? Math.max(LEAST_DEFAULT_BUDGET, Math.floor(maxTokens / 2));
  const budget = Math.max(LEAST_BUDGET, Math.min(wanted, Math.floor(maxTokens * THINKING_SHARE)));
  if (named && budget !== wanted) adjustments.replaced(named.param, `${named.unit}${budget}`);
  return {
    fields: { thinking: { type: 'enabled', budget_tokens: budget, ...displayWithBudget(wish, thinking, adjustments) } },
    active: 'on',
    sampling: 'fixed',
    maxTokens,
  };
}

/** What the default of `max_tokens` grows by, so that a named budget leaves it whole and stays within its share. */
function roomFor(budget: number, limit: TokenLimit): number {
  return Math.max(budget, Math.ceil(budget / THINKING_SHARE) - limit.byDefault);
}

/** The budget that the request names in tokens, or in a word of `reasoning_effort`. */
function namedBudget(
  wish: ThinkingOn,
  adjustments: Adjustments,
): { param: string; tokens: number; unit: '' | 'budget_' } | undefined {
  if (wish.budget) {
    if (wish.effort) adjustments.ignored('reasoning_effort');
    return { ...wish.budget, unit: '' };
  }
  return wish.effort && { param: 'reasoning_effort', tokens: THINKING_BUDGET_BY_EFFORT[wish.effort], unit: 'budget_' };
}

/** `display` came with adaptive thinking; before, thoughts are always shown and the field is unknown. */
function displayWithBudget(wish: ThinkingOn, thinking: ThinkingRules, adjustments: Adjustments): { display?: string } {
  if (wish.display === undefined) return {};
  if (thinking.adaptive && !thinking.displayRefused) return { display: wish.display };
  adjustments.dropped('thinking.display');
  return {};
}

function withAdaptive(
  wish: ThinkingOn,
  limit: TokenLimit,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): PreparedThinking {
  const effort = adaptiveEffort(wish, thinking, adjustments);
  // From Opus 4.7 on thoughts come back empty unless they are asked for (`display` defaults to "omitted").
  const wanted = wish.display ?? (thinking.displayOmitted ? 'summarized' : undefined);
  const display = thinking.displayRefused ? undefined : wanted;
  if (thinking.displayRefused && wish.display !== undefined) adjustments.dropped('thinking.display');
  const room = wish.budget?.tokens ?? (wish.effort ? THINKING_BUDGET_BY_EFFORT[wish.effort] : 0);
  return {
    fields: {
      thinking: { type: 'adaptive', ...(display !== undefined && { display }) },
      ...(effort !== undefined && { output_config: { effort } }),
    },
    active: 'on',
    sampling: 'fixed',
    maxTokens: resolveMaxTokens(limit, room, adjustments),
  };
}

/** The effort to send; without a word from the client the model's own default holds. */
function adaptiveEffort(wish: ThinkingOn, thinking: ThinkingRules, adjustments: Adjustments): string | undefined {
  const wanted = wish.effort ?? (wish.budget && effortForBudget(wish.budget.tokens));
  if (wanted === undefined) return undefined;
  const effort = highestEffortUpTo(wanted, thinking.effort);
  if (wish.effort && effort !== wish.effort) adjustments.replaced('reasoning_effort', effort ?? 'dropped');
  if (wish.budget) adjustments.changed(wish.budget.param, wish.effort || !effort ? 'dropped' : `effort_${effort}`);
  return effort;
}

function withoutThinking(
  wish: ThinkingOff,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): Pick<PreparedThinking, 'fields' | 'active' | 'sampling'> {
  switch (thinking.off) {
    case 'omit':
      return { fields: effortFields(wish, thinking, adjustments), active: 'off', sampling: 'free' };
    case 'disabled':
      return {
        fields: { thinking: { type: 'disabled' }, ...effortFields(wish, thinking, adjustments) },
        active: 'off',
        sampling: 'free',
      };
    case 'between_tools':
      adjustments.changed(wish.param, 'kept_between_tool_calls');
      return {
        fields: { thinking: { type: 'between_tools' }, ...effortFields(wish, thinking, adjustments) },
        active: 'off',
        sampling: 'free',
      };
    case 'effort': {
      // The effort is the only word for it, so it cannot say anything else besides.
      const lowest = thinking.effort[0];
      if (wish.effort && wish.effort !== lowest) adjustments.replaced('reasoning_effort', lowest ?? 'dropped');
      adjustments.changed(wish.param, lowest ? `effort_${lowest}` : 'ignored');
      return { fields: lowest ? { output_config: { effort: lowest } } : {}, active: 'on', sampling: 'fixed' };
    }
    default:
      return thinking.off satisfies never;
  }
}

/** "when extended thinking is disabled capped at high" (AWS API reference, outputConfig.effort). */
function effortFields(
  { effort: wanted }: ThinkingOff,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): Readonly<Record<string, unknown>> {
  if (!wanted) return {};
  const effort = highestEffortUpTo(wanted === 'xhigh' || wanted === 'max' ? 'high' : wanted, thinking.effort);
  if (effort !== wanted) adjustments.replaced('reasoning_effort', effort ?? 'dropped');
  return effort === undefined ? {} : { output_config: { effort } };
}
