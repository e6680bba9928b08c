import type { ReasoningEffort } from '../../models/types/model.ts';

/** Requested reasoning effort: OpenAI's `reasoning_effort` without `none`. */
export type RequestedEffort = 'minimal' | ReasoningEffort;

/**
 * Thinking budget in tokens for each effort, for models that require a number. OpenAI names no numbers. These are the
 * values that clients of such models use (minimum 1,024).
 */
export const THINKING_BUDGET_BY_EFFORT: Readonly<Record<RequestedEffort, number>> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 32_000,
  max: 32_000,
};

/** Efforts in ascending order. */
const EFFORTS: readonly RequestedEffort[] = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Returns the lowest effort whose budget is at least `tokens`, for models that accept efforts only. */
export function effortForBudget(tokens: number): ReasoningEffort {
  if (tokens <= THINKING_BUDGET_BY_EFFORT.low) return 'low';
  if (tokens <= THINKING_BUDGET_BY_EFFORT.medium) return 'medium';
  if (tokens <= THINKING_BUDGET_BY_EFFORT.high) return 'high';
  if (tokens <= THINKING_BUDGET_BY_EFFORT.xhigh) return 'xhigh';
  return 'max';
}

/**
 * Returns the highest accepted effort that is at most the requested one, otherwise the lowest accepted one; undefined
 * if the model accepts none.
 */
export function highestEffortUpTo(
  requested: RequestedEffort,
  accepted: readonly ReasoningEffort[],
): ReasoningEffort | undefined {
  const limit = EFFORTS.indexOf(requested);
  return accepted.findLast((effort) => EFFORTS.indexOf(effort) <= limit) ?? accepted[0];
}

/** Returns true if a value is an effort that Claude accepts. */
export function isEffort(value: unknown): value is ReasoningEffort {
  return value !== 'minimal' && EFFORTS.some((effort) => effort === value);
}

/** Returns true if an effort is higher than another. */
export function isHigher(effort: ReasoningEffort, other: ReasoningEffort): boolean {
  return EFFORTS.indexOf(effort) > EFFORTS.indexOf(other);
}
