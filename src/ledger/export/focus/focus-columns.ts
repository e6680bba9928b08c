import type { Charge } from '../charge.ts';
import { CHARGE_HOUR_MS } from '../charge-hours.ts';
import type { ChargeLabels } from './charge-labels.ts';
import { type ChargeUnit, chargeUnitOf, pricingUnitOf } from './charge-units.ts';
import { publisherOf } from './publisher.ts';

/** Data types of columns. A decimal is a whole number of the last of `scale` decimal places. */
export type FocusType = { type: 'text' } | { type: 'decimal'; scale: number } | { type: 'time' } | { type: 'flag' };

type FocusCell<Type extends FocusType> = Type extends { type: 'text' }
  ? string | undefined
  : Type extends { type: 'decimal' }
    ? bigint | undefined
    : Type extends { type: 'time' }
      ? number
      : boolean;

/** A value of a column: text, whole number of decimal places, milliseconds since 1970, or flag. Absent for null. */
export type FocusValue = FocusCell<FocusType>;

/** One column of an export, in the order of the file. */
export interface FocusColumn {
  readonly name: string;
  readonly kind: FocusType;
  readonly isRequired: boolean;
  readonly valueOf: (charge: Charge, labels: ChargeLabels) => FocusValue;
}

/** Decimal places of costs (nano-USD), of prices (pico-USD), and of quantities (one of a million). */
const COST_PLACES = 9;
const UNIT_PRICE_PLACES = 12;
const UNIT_QUANTITY_PLACES = 6;
const QUANTITY_UNIT = 1_000_000n;

function requiredColumn<Type extends FocusType>(
  name: string,
  kind: Type,
  valueOf: (charge: Charge, labels: ChargeLabels) => Exclude<FocusCell<Type>, undefined>,
): FocusColumn {
  return { name, kind, isRequired: true, valueOf };
}

function nullableColumn<Type extends FocusType>(
  name: string,
  kind: Type,
  valueOf: (charge: Charge, labels: ChargeLabels) => FocusCell<Type>,
): FocusColumn {
  return { name, kind, isRequired: false, valueOf };
}

const TEXT_CELL = { type: 'text' } as const;
const TIME = { type: 'time' } as const;
const FLAG = { type: 'flag' } as const;
const COST = { type: 'decimal', scale: COST_PLACES } as const;
const PRICE = { type: 'decimal', scale: UNIT_PRICE_PLACES } as const;
const QUANTITY = { type: 'decimal', scale: UNIT_QUANTITY_PLACES } as const;
const WHOLE = { type: 'decimal', scale: 0 } as const;

/**
 * The columns: those of FOCUS 1.2 in alphabetical order ("FinOps Open Cost and Usage Specification", v1.2, columns), then those
 * of the gateway. FOCUS columns that never have a value here are missing, unless FOCUS requires them.
 */
export const FOCUS_COLUMNS: readonly FocusColumn[] = [
  requiredColumn('BilledCost', COST, ({ contractCostNano }) => contractCostNano),
  requiredColumn('BillingAccountId', TEXT_CELL, (_charge, { billingAccountId }) => billingAccountId),
  nullableColumn('BillingAccountName', TEXT_CELL, () => undefined),
  requiredColumn('BillingCurrency', TEXT_CELL, () => 'USD'),
  requiredColumn('BillingPeriodEnd', TIME, ({ hour }) => monthStart(hour, 1)),
  requiredColumn('BillingPeriodStart', TIME, ({ hour }) => monthStart(hour, 0)),
  requiredColumn('ChargeCategory', TEXT_CELL, ({ kind }) => (kind === undefined ? 'Adjustment' : 'Usage')),
  nullableColumn('ChargeClass', TEXT_CELL, ({ isCorrection }) => (isCorrection ? 'Correction' : undefined)),
  requiredColumn('ChargeDescription', TEXT_CELL, describeCharge),
  requiredColumn('ChargeFrequency', TEXT_CELL, () => 'Usage-Based'),
  requiredColumn('ChargePeriodEnd', TIME, ({ hour }) => hour + CHARGE_HOUR_MS),
  requiredColumn('ChargePeriodStart', TIME, ({ hour }) => hour),
  nullableColumn('ConsumedQuantity', WHOLE, (charge) => ofUnit(charge, () => charge.units)),
  nullableColumn('ConsumedUnit', TEXT_CELL, (charge) => ofUnit(charge, ({ unit }) => unit)),
  requiredColumn('ContractedCost', COST, ({ contractCostNano }) => contractCostNano),
  nullableColumn('ContractedUnitPrice', PRICE, (charge) => ofUnit(charge, priced(charge.contractPricePico))),
  requiredColumn('EffectiveCost', COST, ({ contractCostNano }) => contractCostNano),
  requiredColumn('InvoiceIssuerName', TEXT_CELL, () => 'AWS'),
  requiredColumn('ListCost', COST, ({ listCostNano }) => listCostNano),
  nullableColumn('ListUnitPrice', PRICE, (charge) => ofUnit(charge, priced(charge.listPricePico))),
  nullableColumn('PricingCategory', TEXT_CELL, (charge) => ofUnit(charge, () => 'Standard')),
  nullableColumn('PricingQuantity', QUANTITY, (charge) =>
    ofUnit(charge, (unit) => (charge.units * QUANTITY_UNIT) / BigInt(unit.priced)),
  ),
  nullableColumn('PricingUnit', TEXT_CELL, (charge) => ofUnit(charge, pricingUnitOf)),
  requiredColumn('ProviderName', TEXT_CELL, () => 'AWS'),
  requiredColumn('PublisherName', TEXT_CELL, ({ model, resource }) => publisherOf(resource, model)),
  nullableColumn('RegionId', TEXT_CELL, ({ region }) => region),
  nullableColumn('RegionName', TEXT_CELL, ({ region }) => region),
  nullableColumn('ResourceId', TEXT_CELL, ({ resource }) => resource),
  nullableColumn('ResourceName', TEXT_CELL, () => undefined),
  nullableColumn('ResourceType', TEXT_CELL, resourceTypeOf),
  requiredColumn('ServiceCategory', TEXT_CELL, () => 'AI and Machine Learning'),
  requiredColumn('ServiceName', TEXT_CELL, () => 'Amazon Bedrock'),
  requiredColumn('ServiceSubcategory', TEXT_CELL, () => 'Generative AI'),
  nullableColumn('SkuId', TEXT_CELL, ({ kind, model }) => (kind === undefined ? undefined : `${model}/${kind}`)),
  nullableColumn('SkuMeter', TEXT_CELL, (charge) => ofUnit(charge, ({ meter }) => meter)),
  nullableColumn('SkuPriceDetails', TEXT_CELL, ({ kind, profile, tier }) =>
    kind === undefined ? undefined : JSON.stringify({ x_ServiceTier: tier, x_InferenceProfile: profile }),
  ),
  nullableColumn('SkuPriceId', TEXT_CELL, ({ kind, model, profile = 'hidden', region, tier }) =>
    kind === undefined ? undefined : [model, kind, region, profile, tier].join('/'),
  ),
  nullableColumn('SubAccountId', TEXT_CELL, ({ account }, { accountOf }) => accountOf(account)?.id),
  nullableColumn('SubAccountName', TEXT_CELL, ({ account }, { accountOf }) => accountOf(account)?.name),
  requiredColumn('Tags', TEXT_CELL, tagsOf),
  requiredColumn('x_CallCount', WHOLE, ({ calls }) => calls),
  nullableColumn('x_InferenceProfile', TEXT_CELL, ({ profile }) => profile),
  requiredColumn('x_IsEstimated', FLAG, ({ isEstimated }) => isEstimated),
  nullableColumn('x_ModelName', TEXT_CELL, ({ model }) => (model === '' ? undefined : model)),
  nullableColumn('x_PriceSource', TEXT_CELL, ({ priceSource }) => priceSource),
  requiredColumn('x_RequestCount', WHOLE, ({ requests }) => requests),
  nullableColumn('x_ServiceTier', TEXT_CELL, ({ tier }) => tier),
  nullableColumn('x_TokenType', TEXT_CELL, ({ kind }) => kind),
];

/** Returns the start of the month of a time in UTC, or of a later month. */
function monthStart(at: number, monthsLater: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1);
}

function ofUnit<Value>({ kind }: Charge, valueOf: (unit: ChargeUnit) => Value): Value | undefined {
  return kind === undefined ? undefined : valueOf(chargeUnitOf(kind));
}

/** Returns the price of a `PricingUnit` in pico-USD. */
function priced(pricePico: number): (unit: ChargeUnit) => bigint {
  return (unit) => BigInt(pricePico) * BigInt(unit.priced);
}

function describeCharge({ kind, model, profile, tier }: Charge): string {
  if (kind === undefined) return model === '' ? 'Correction' : `Correction of ${model}`;
  const terms = [`${model}: ${chargeUnitOf(kind).meter}`];
  if (profile !== undefined) terms.push(profile === 'on-demand' ? profile : `profile ${profile}`);
  if (tier !== undefined && tier !== 'default') terms.push(`tier ${tier}`);
  return terms.join(', ');
}

function resourceTypeOf({ profile, resource }: Charge): string | undefined {
  if (resource === undefined) return undefined;
  if (resource.includes('/')) return resource.slice(0, resource.indexOf('/'));
  return profile === undefined || profile === 'on-demand' ? 'foundation-model' : 'inference-profile';
}

/** Returns who caused a charge as JSON. Absent parts have no tag. Principals have their id, never a name. */
function tagsOf(charge: Charge, { nameOf }: ChargeLabels): string {
  const { application, costCenter, key, principal, team } = charge;
  return JSON.stringify({
    team: team && (nameOf(team) ?? team),
    team_id: team,
    application: application && (nameOf(application) ?? application),
    application_id: application,
    cost_center: costCenter,
    key,
    principal,
  });
}
