import { longContextBeta } from '../../models/names/long-context.ts';
import type { ModelRules } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';

/** Features of a request that require a beta flag of Claude. */
export interface BetaOptions {
  extendedOutput: boolean;
  computerUse: boolean;
  /** True if the requested model name asks for the long context. */
  longContext: boolean;
}

/** Context window in tokens that counts as long. */
const LONG_CONTEXT = 1_000_000;

/** Reports a request for a long context that the model does not have. */
export function reportLongContext({ contextTokens }: ModelRules, adjustments: Adjustments): void {
  if (contextTokens < LONG_CONTEXT) adjustments.ignored('model.1m');
}

/** Returns the values of `anthropic_beta` for requested features that the model has. Reports features that it lacks. */
export function betaFlags(requested: BetaOptions, rules: ModelRules, adjustments: Adjustments): string[] {
  const flags: string[] = [];
  if (requested.extendedOutput) {
    if (rules.extendedOutput) flags.push(rules.extendedOutput.beta);
    else adjustments.ignored('enable_extended_output');
  }
  if (requested.computerUse) {
    if (rules.computerUseBeta) flags.push(rules.computerUseBeta);
    else adjustments.ignored('enable_computer_use');
  }
  if (requested.longContext) {
    const beta = longContextBeta(rules);
    if (beta === undefined) reportLongContext(rules, adjustments);
    else flags.push(beta);
  }
  return flags;
}
