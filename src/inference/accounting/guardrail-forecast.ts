import { LRUCache } from 'lru-cache';
import type { GuardrailUnit, GuardrailUnitCounts } from '../../usage/guardrail-units.ts';

/** Characters of a text unit (AWS, prices of Bedrock Guardrails). */
const UNIT_CHARACTERS = 1_000;
/** Policies of a guardrail that has not answered yet. */
const FIRST_POLICIES: readonly GuardrailUnit[] = ['contentPolicyUnits'];
const MAX_GUARDRAILS = 1_000;

/** Expects the units of a call of ApplyGuardrail from the policies in the latest answer of the guardrail. */
export class GuardrailForecast {
  private readonly policies = new LRUCache<string, readonly GuardrailUnit[]>({ max: MAX_GUARDRAILS });

  /** Returns the units for a text of this length. */
  of(guardrail: string, characters: number): GuardrailUnitCounts {
    const units = Math.max(1, Math.ceil(characters / UNIT_CHARACTERS));
    const policies = this.policies.get(guardrail) ?? FIRST_POLICIES;
    return Object.fromEntries(policies.map((policy) => [policy, units]));
  }

  learn(guardrail: string, counts: GuardrailUnitCounts): void {
    this.policies.set(guardrail, Object.keys(counts) as GuardrailUnit[]);
  }
}
