import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';

/** Maximum tokens of an answer, including thinking. */
export interface TokenLimit {
  /** Name of the client's field, for reports. */
  param: string;
  /** Value of the request; absent if it names none. */
  named?: number;
  /** Default if the request names no value. */
  byDefault: number;
  /** Maximum that the model accepts. */
  ceiling: number;
}

/**
 * Returns `maxTokens` for Converse, and reports a value that was lowered. `thinkingTokens` are added to the default, so
 * that thinking does not shorten an answer without an explicit limit.
 */
export function resolveMaxTokens(limit: TokenLimit, thinkingTokens: number, adjustments: Adjustments): number {
  if (limit.named === undefined) return Math.min(limit.byDefault + thinkingTokens, limit.ceiling);
  if (limit.named > limit.ceiling) adjustments.replaced(limit.param, limit.ceiling);
  return Math.min(limit.named, limit.ceiling);
}

/** Returns the model's maximum of `maxTokens`; `extended` uses the beta flag for longer answers if the model has it. */
export function maxTokensOf(rules: ModelRules, output: 'usual' | 'extended'): number {
  return output === 'extended'
    ? (rules.extendedOutput?.maxOutputTokens ?? rules.maxOutputTokens)
    : rules.maxOutputTokens;
}
