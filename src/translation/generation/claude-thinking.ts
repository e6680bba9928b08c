import type { ThinkingRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import { THINKING_BUDGET_BY_EFFORT, effortForBudget, highestEffortUpTo } from './effort.ts';
import { resolveMaxTokens, type TokenLimit } from './max-tokens.ts';
import type { PreparedThinking, ThinkingOptions } from './thinking-options.ts';

type ThinkingOn = Extract<ThinkingOptions, { kind: 'on' }>;
type ThinkingOff = Extract<ThinkingOptions, { kind: 'off' }>;

/** Minimum of `budget_tokens`. Claude rejects smaller values. */
const MIN_BUDGET = 1_024;
/** Maximum share of `max_tokens` for thinking, which counts towards it. The rest stays for the answer. */
const THINKING_SHARE = 0.8;
/** Minimum of `max_tokens` whose thinking share contains the minimum budget. */
const MIN_MAX_TOKENS = Math.ceil(MIN_BUDGET / THINKING_SHARE);
/** Minimum budget of a request that names none. Such a request gets half of `max_tokens`. */
const MIN_DEFAULT_BUDGET = 4_000;

/**
 * Prepares thinking for every generation of Claude: with a token budget (3.7 to 4.6), adaptive with an effort (from
 * 4.6), or off, in the four ways that the generations require. Reports changed values.
 */
export function prepareClaudeThinking(
  options: ThinkingOptions,
  limit: TokenLimit,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): PreparedThinking {
  switch (options.kind) {
    case 'unspecified':
      return {
        fields: {},
        active: thinking.byDefault ? 'on' : 'off',
        sampling: thinking.byDefault ? 'fixed' : 'free',
        maxTokens: resolveMaxTokens(limit, 0, adjustments),
      };
    case 'off':
      return { ...withoutThinking(options, thinking, adjustments), maxTokens: resolveMaxTokens(limit, 0, adjustments) };
    case 'on':
      return usesTokenBudget(options, thinking)
        ? withBudget(options, limit, thinking, adjustments)
        : withAdaptive(options, limit, thinking, adjustments);
    default:
      return options satisfies never;
  }
}

/**
 * Returns true if the request gets a token budget. For models that accept both, Anthropic recommends adaptive thinking,
 * but clients that name a budget keep it.
 */
export function usesTokenBudget(options: ThinkingOn, thinking: ThinkingRules): boolean {
  if (!thinking.budget || !thinking.adaptive) return thinking.budget;
  if (options.form === 'adaptive') return false;
  return options.budget !== undefined || (options.form === 'budget' && options.effort === undefined);
}

function withBudget(
  options: ThinkingOn,
  limit: TokenLimit,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): PreparedThinking {
  const named = namedBudget(options, adjustments);
  const capped = resolveMaxTokens(limit, defaultGrowthFor(named?.tokens ?? 0, limit), adjustments);
  const maxTokens = Math.max(capped, MIN_MAX_TOKENS);
  if (maxTokens > capped) adjustments.replaced(limit.param, maxTokens);

  const requested = named?.tokens ?? Math.max(MIN_DEFAULT_BUDGET, Math.floor(maxTokens / 2));
  const budget = Math.max(MIN_BUDGET, Math.min(requested, Math.floor(maxTokens * THINKING_SHARE)));
  if (named && budget !== requested) adjustments.replaced(named.param, `${named.unit}${budget}`);
  return {
    fields: {
      thinking: { type: 'enabled', budget_tokens: budget, ...displayWithBudget(options, thinking, adjustments) },
    },
    active: 'on',
    sampling: 'fixed',
    maxTokens,
  };
}

/**
 * Returns the tokens to add to the default of `max_tokens`, so that a named budget fits into its share and leaves the
 * default length to the answer.
 */
function defaultGrowthFor(budget: number, limit: TokenLimit): number {
  return Math.max(budget, Math.ceil(budget / THINKING_SHARE) - limit.byDefault);
}

/** Returns the budget that the request names, in tokens or by `reasoning_effort`; undefined if it names none. */
function namedBudget(
  options: ThinkingOn,
  adjustments: Adjustments,
): { param: string; tokens: number; unit: '' | 'budget_' } | undefined {
  if (options.budget) {
    if (options.effort) adjustments.ignored('reasoning_effort');
    return { ...options.budget, unit: '' };
  }
  return (
    options.effort && { param: 'reasoning_effort', tokens: THINKING_BUDGET_BY_EFFORT[options.effort], unit: 'budget_' }
  );
}

/**
 * Returns `display` if the model knows it. Models without adaptive thinking always return their thinking and reject the
 * field.
 */
function displayWithBudget(
  options: ThinkingOn,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): { display?: string } {
  if (options.display === undefined) return {};
  if (thinking.adaptive && !thinking.displayRejected) return { display: options.display };
  adjustments.dropped('thinking.display');
  return {};
}

function withAdaptive(
  options: ThinkingOn,
  limit: TokenLimit,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): PreparedThinking {
  const effort = adaptiveEffort(options, thinking, adjustments);
  // From Opus 4.7 on, `display` defaults to "omitted", which returns empty thinking.
  const requested = options.display ?? (thinking.displayOmitted ? 'summarized' : undefined);
  const display = thinking.displayRejected ? undefined : requested;
  if (thinking.displayRejected && options.display !== undefined) adjustments.dropped('thinking.display');
  const thinkingTokens = options.budget?.tokens ?? (options.effort ? THINKING_BUDGET_BY_EFFORT[options.effort] : 0);
  return {
    fields: {
      thinking: { type: 'adaptive', ...(display !== undefined && { display }) },
      ...(effort !== undefined && { output_config: { effort } }),
    },
    active: 'on',
    sampling: 'fixed',
    maxTokens: resolveMaxTokens(limit, thinkingTokens, adjustments),
  };
}

/** Returns the effort to send; undefined if the client names none, so that the model's default applies. */
function adaptiveEffort(options: ThinkingOn, thinking: ThinkingRules, adjustments: Adjustments): string | undefined {
  const requested = options.effort ?? (options.budget && effortForBudget(options.budget.tokens));
  if (requested === undefined) return undefined;
  const effort = highestEffortUpTo(requested, thinking.effort);
  if (options.effort && effort !== options.effort) adjustments.replaced('reasoning_effort', effort ?? 'dropped');
  if (options.budget)
    adjustments.changed(options.budget.param, options.effort || !effort ? 'dropped' : `effort_${effort}`);
  return effort;
}

function withoutThinking(
  options: ThinkingOff,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): Pick<PreparedThinking, 'fields' | 'active' | 'sampling'> {
  switch (thinking.off) {
    case 'omit':
      return { fields: effortFields(options, thinking, adjustments), active: 'off', sampling: 'free' };
    case 'disabled':
      return {
        fields: { thinking: { type: 'disabled' }, ...effortFields(options, thinking, adjustments) },
        active: 'off',
        sampling: 'free',
      };
    case 'between_tools':
      adjustments.changed(options.param, 'kept_between_tool_calls');
      return {
        fields: { thinking: { type: 'between_tools' }, ...effortFields(options, thinking, adjustments) },
        active: 'off',
        sampling: 'free',
      };
    case 'effort': {
      // Such a model has no other switch, so a requested effort cannot be sent as well.
      const lowest = thinking.effort[0];
      if (options.effort && options.effort !== lowest) adjustments.replaced('reasoning_effort', lowest ?? 'dropped');
      adjustments.changed(options.param, lowest ? `effort_${lowest}` : 'ignored');
      return { fields: lowest ? { output_config: { effort: lowest } } : {}, active: 'on', sampling: 'fixed' };
    }
    default:
      return thinking.off satisfies never;
  }
}

/**
 * Returns the effort for a request without thinking. "when extended thinking is disabled capped at high" (AWS API
 * reference, outputConfig.effort).
 */
function effortFields(
  { effort: requested }: ThinkingOff,
  thinking: ThinkingRules,
  adjustments: Adjustments,
): Readonly<Record<string, unknown>> {
  if (!requested) return {};
  const effort = highestEffortUpTo(requested === 'xhigh' || requested === 'max' ? 'high' : requested, thinking.effort);
  if (effort !== requested) adjustments.replaced('reasoning_effort', effort ?? 'dropped');
  return effort === undefined ? {} : { output_config: { effort } };
}
