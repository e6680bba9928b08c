import type { UnitKind } from '../../../usage/prices/price-book.ts';

/** How FOCUS names and prices a kind of unit. */
export interface ChargeUnit {
  /** `SkuMeter`. */
  readonly meter: string;
  /** `ConsumedUnit`. */
  readonly unit: string;
  /** Units in one `PricingUnit`. */
  readonly priced: 1 | 1_000 | 1_000_000;
}

const tokenMeter = (meter: string): ChargeUnit => ({ meter, unit: 'Tokens', priced: 1_000_000 });
const textUnitMeter = (policy: string): ChargeUnit => ({
  meter: `Guardrail ${policy}`,
  unit: 'Text Units',
  priced: 1_000,
});

/** Kinds of units of the price list. Prices are for a million tokens, a thousand text units, or one image. */
const CHARGE_UNITS: Readonly<Record<UnitKind, ChargeUnit>> = {
  input: tokenMeter('Input Tokens'),
  output: tokenMeter('Output Tokens'),
  cacheRead: tokenMeter('Cache Read Tokens'),
  cacheWrite5m: tokenMeter('Cache Write Tokens (5 Minutes)'),
  cacheWrite1h: tokenMeter('Cache Write Tokens (1 Hour)'),
  image: { meter: 'Images', unit: 'Images', priced: 1 },
  contentPolicyUnits: textUnitMeter('Content Policy'),
  contentPolicyImageUnits: { meter: 'Guardrail Content Policy (Images)', unit: 'Images', priced: 1 },
  topicPolicyUnits: textUnitMeter('Topic Policy'),
  wordPolicyUnits: textUnitMeter('Word Policy'),
  sensitiveInformationPolicyUnits: textUnitMeter('Sensitive Information Policy'),
  sensitiveInformationPolicyFreeUnits: textUnitMeter('Sensitive Information Policy (Free)'),
  contextualGroundingPolicyUnits: textUnitMeter('Contextual Grounding Policy'),
  automatedReasoningPolicyUnits: textUnitMeter('Automated Reasoning Policy'),
};

/** Returns the description of a kind of unit. A kind of a later release counts single units. */
export function chargeUnitOf(kind: UnitKind): ChargeUnit {
  return (CHARGE_UNITS as Partial<Record<UnitKind, ChargeUnit>>)[kind] ?? { meter: kind, unit: 'Units', priced: 1 };
}

/** Returns `PricingUnit`, such as `1000000 Tokens`. */
export function pricingUnitOf({ priced, unit }: ChargeUnit): string {
  return priced === 1 ? unit : `${priced} ${unit}`;
}
