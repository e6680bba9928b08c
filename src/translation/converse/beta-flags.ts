import type { ModelRules } from '../../models/model.ts';
import type { Adjustments } from './adjustments.ts';

export interface BetaWish {
  extendedOutput: boolean;
  computerUse: boolean;
}

/** Values of `anthropic_beta` for what the request switches on and the model has. */
export function betaFlags(wish: BetaWish, rules: ModelRules, adjustments: Adjustments): string[] {
  const flags: string[] = [];
  if (wish.extendedOutput) {
    if (rules.extendedOutput) flags.push(rules.extendedOutput.beta);
    else adjustments.ignored('enable_extended_output');
  }
  if (wish.computerUse) {
    if (rules.computerUseBeta) flags.push(rules.computerUseBeta);
    else adjustments.ignored('enable_computer_use');
  }
  return flags;
}
