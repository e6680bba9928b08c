import type { ReasoningEffort } from '../../models/types/model.ts';

/** How hard a client wants the model to think: OpenAI's `reasoning_effort` without `none`. */
export type RequestedEffort = 'minimal' | ReasoningEffort;

/**
 * Tokens of thinking for models that want a number. OpenAI names no numbers; these are what
 * clients of budget models use for the same words (minimum 1,024).
 */
export const THINKING_BUDGET_BY_EFFORT: Readonly<Record<RequestedEffort, number>> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_000,
  max: 32_000,
};

/** Lowest first. */
const LADDER: readonly RequestedEffort[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The same table backwards, for models that refuse numbers: the lowest effort that covers the budget. */
export function effortForBudget(tokens: number): ReasoningEffort {
  if (tokens <= THINKING_BUDGET_BY_EFFORT.low) return 'low';
  if (tokens <= THINKING_BUDGET_BY_EFFORT.medium) return 'medium';
  if (tokens <= THINKING_BUDGET_BY_EFFORT.high) return 'high';
  if (tokens <= THINKING_BUDGET_BY_EFFORT.xhigh) return 'xhigh';
  return 'max';
}

/** The highest accepted effort that is not above the wanted one, else the lowest; undefined where there is none. */
export function highestEffortUpTo(
  wanted: RequestedEffort,
  accepted: readonly ReasoningEffort[],
): ReasoningEffort | undefined {
  const limit = LADDER.indexOf(wanted);
  return accepted.findLast((effort) => LADDER.indexOf(effort) <= limit) ?? accepted[0];
}

/** Whether a value is an effort that Claude knows. */
export function isEffort(value: unknown): value is ReasoningEffort {
  return value !== 'minimal' && LADDER.some((effort) => effort === value);
}

/** Whether an effort is above another. */
export function isHigher(effort: ReasoningEffort, other: ReasoningEffort): boolean {
  return LADDER.indexOf(effort) > LADDER.indexOf(other);
}
