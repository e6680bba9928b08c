import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';

/** How long an answer may become, thinking included. */
export interface TokenLimit {
  /** The request's own name for it, for reports. */
  param: string;
  /** What the request names. */
  named?: number;
  /** What holds when it names nothing. */
  byDefault: number;
  /** More than this the model refuses. */
  ceiling: number;
}

/**
 * `maxTokens` for Converse. A size named for thinking comes on top of the default, so that
 * thinking does not eat an answer whose length nobody limited.
 */
export function resolveMaxTokens(limit: TokenLimit, thinkingRoom: number, adjustments: Adjustments): number {
  if (limit.named === undefined) return Math.min(limit.byDefault + thinkingRoom, limit.ceiling);
  if (limit.named > limit.ceiling) adjustments.replaced(limit.param, limit.ceiling);
  return Math.min(limit.named, limit.ceiling);
}

/** The largest `maxTokens` of this model, with the beta flag for longer answers where it was asked for. */
export function maxTokensOf(rules: ModelRules, output: 'usual' | 'extended'): number {
  return output === 'extended'
    ? (rules.extendedOutput?.maxOutputTokens ?? rules.maxOutputTokens)
    : rules.maxOutputTokens;
}
