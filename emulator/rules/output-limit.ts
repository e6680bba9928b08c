import type { Model } from '../model.ts';

/** Returns the maximum of `max_tokens`. A beta flag raises it for some models. */
export function maxOutputTokens({ outputTokens, longOutput }: Model, betas: readonly string[]): number {
  return longOutput !== undefined && betas.includes(longOutput.beta) ? longOutput.outputTokens : outputTokens;
}
