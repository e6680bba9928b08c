import { fractionOf, product, roundHalfEven } from '../../src/usage/money.ts';
import type { GuardrailUnit } from '../../src/usage/guardrail-units.ts';
import { GUARDRAIL_PRICES } from '../../src/usage/price-list/guardrail-prices.ts';

/** A price of a guardrail in AWS's price list. */
export interface GuardrailOffer {
  readonly unit: GuardrailUnit;
  readonly region: string;
  /** Pico-USD for a thousand units. */
  readonly picoPerThousand: number;
}

const USAGE_TYPE = /-Guardrail-(\w+)UnitsConsumed$/;
const UNITS: Readonly<Record<string, GuardrailUnit>> = {
  ContentPolicy: 'contentPolicyUnits',
  ContentPolicyImage: 'contentPolicyImageUnits',
  TopicPolicy: 'topicPolicyUnits',
  WordPolicy: 'wordPolicyUnits',
  SensitiveInformationPolicyPaid: 'sensitiveInformationPolicyUnits',
  SensitiveInformationPolicyFree: 'sensitiveInformationPolicyFreeUnits',
  ContextualGroundingPolicy: 'contextualGroundingPolicyUnits',
  AutomatedReasoningPolicy: 'automatedReasoningPolicyUnits',
};
const PICO_FOR_THOUSAND = fractionOf('1000000000000000');
const PICO_FOR_ONE = fractionOf('1000000000000');
const THOUSAND_UNITS = /^(1k|1,?000|thousand)\b/i;

/** Reads a price of ApplyGuardrail; undefined for another usage type. AWS lists the price of one unit or of a thousand. */
export function guardrailOfferOf(
  usageType: string,
  { region, unit, usd }: { region: string; unit: string; usd: string },
): GuardrailOffer | undefined {
  const billed = UNITS[USAGE_TYPE.exec(usageType)?.[1] ?? ''];
  if (billed === undefined) return undefined;
  const pico = product(fractionOf(usd), THOUSAND_UNITS.test(unit) ? PICO_FOR_ONE : PICO_FOR_THOUSAND);
  return { unit: billed, region, picoPerThousand: Number(roundHalfEven(pico)) };
}

/** Returns the price of the gateway in pico-USD for a thousand units. */
export function guardrailPriceHere(unit: GuardrailUnit): number {
  return Number(roundHalfEven(product(fractionOf(GUARDRAIL_PRICES[unit].perThousand), PICO_FOR_ONE)));
}
