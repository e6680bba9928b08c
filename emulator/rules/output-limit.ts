import type { Model } from '../model.ts';

/** The largest answer that may be asked for; a beta flag raises it for the model that has it. */
export function mostOutputTokens({ outputTokens, longOutput }: Model, betas: readonly string[]): number {
  return longOutput !== undefined && betas.includes(longOutput.beta) ? longOutput.outputTokens : outputTokens;
}
