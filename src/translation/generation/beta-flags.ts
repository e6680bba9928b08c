import { longContextBeta } from '../../models/names/long-context.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';

export interface BetaOptions {
  extendedOutput: boolean;
  computerUse: boolean;
  /** Asked for by the name of the model. */
  longContext: boolean;
}

/** Tokens of the long context. */
const LONG_CONTEXT = 1_000_000;

/** Reports a long context that the model does not have. */
export function reportLongContext({ contextTokens }: ModelRules, adjustments: Adjustments): void {
  if (contextTokens < LONG_CONTEXT) adjustments.ignored('model.1m');
}

/** Values of `anthropic_beta` for what the request switches on and the model has. */
export function betaFlags(wish: BetaOptions, rules: ModelRules, adjustments: Adjustments): string[] {
  const flags: string[] = [];
  if (wish.extendedOutput) {
    if (rules.extendedOutput) flags.push(rules.extendedOutput.beta);
    else adjustments.ignored('enable_extended_output');
  }
  if (wish.computerUse) {
    if (rules.computerUseBeta) flags.push(rules.computerUseBeta);
    else adjustments.ignored('enable_computer_use');
  }
  if (wish.longContext) {
    const beta = longContextBeta(rules);
    if (beta === undefined) reportLongContext(rules, adjustments);
    else flags.push(beta);
  }
  return flags;
}
