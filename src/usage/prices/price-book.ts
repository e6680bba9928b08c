import type { BillingFacts } from '../billing-facts.ts';
import { costNanoOf, fractionOf, product, roundHalfEven, type Fraction } from '../money.ts';
import type { Usage } from '../usage.ts';
import type { ListPrice } from '../price-list/list-price.ts';
import { KeptPrices, PICO_PER_UNIT, PICO_PER_USD, type UnitPrices } from './kept-prices.ts';
import type { GeographiesOf, TokenKind } from './list-rates.ts';
import { contractFor, type ContractedModel, type ContractPrice, type PriceSettings } from './price-settings.ts';
import { priceVersionOf } from './price-version.ts';
import type { GuardrailUnit } from '../guardrail-units.ts';
import { GUARDRAIL_PRICES } from '../price-list/guardrail-prices.ts';

/** What a call is billed by. */
export type UnitKind = TokenKind | 'image' | GuardrailUnit;

/**
 * Origin of a price. `unknown`: estimated, because the model or its profile has no known price. `free`: AWS bills the
 * capacity, not the call.
 */
export type PriceSource = 'list' | 'contract' | 'unknown' | 'free';

/** One upstream call that AWS bills. */
export interface BilledCall {
  readonly model: ContractedModel & { readonly price?: ListPrice | undefined };
  readonly region: string;
  readonly profile: string | undefined;
  /** Name of the account; undefined for the account of the gateway. */
  readonly account: string | undefined;
  readonly usage: Usage;
  readonly facts: BillingFacts | undefined;
  /** Time of admission in milliseconds since 1970. Decides which contract applies. */
  readonly at: number;
}

/** Units of one kind with their prices in pico-USD. */
export interface PricedUnit {
  readonly kind: UnitKind;
  readonly count: number;
  /** List price. */
  readonly unitPricePico: number;
  /** Contract price; absent if the list price applies. */
  readonly contractPricePico?: number;
}

/** A call with its price. Frozen into the ledger: later prices never change it. */
export interface PricedLine {
  readonly units: readonly PricedUnit[];
  readonly listCostNano: number;
  readonly contractCostNano: number;
  readonly priceVersion: string;
  readonly priceSource: PriceSource;
}

const THOUSANDTH: Fraction = { numerator: 1n, denominator: 1000n };
const NO_FACTS: BillingFacts = {};
const FREE: UnitPrices = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, image: 0 };

/** Prices of all calls under one set of settings. */
export class PriceBook {
  private readonly settings: PriceSettings;
  private readonly unknown: UnitPrices;
  private readonly guardrail: Readonly<Record<GuardrailUnit, number>>;
  private readonly list: KeptPrices;
  private readonly contracted: ReadonlyMap<ContractPrice, KeptPrices>;
  private keptVersion: string | undefined;

  constructor(settings: PriceSettings, geographiesOf: GeographiesOf) {
    this.settings = settings;
    this.unknown = unknownPrices(settings);
    this.guardrail = guardrailUnitPrices();
    this.list = new KeptPrices('1', geographiesOf);
    this.contracted = new Map(
      settings.contracts.map((contract) => [contract, new KeptPrices(contract.factor, geographiesOf)]),
    );
  }

  /** Hash of the price list and the settings, as 12 hexadecimal digits. */
  get version(): string {
    return (this.keptVersion ??= priceVersionOf(this.settings));
  }

  /** Returns the call with its prices and costs. */
  line(call: BilledCall): PricedLine {
    const { facts = NO_FACTS, usage } = call;
    const source = priceSourceOf(call, facts);
    const list = source === 'free' ? FREE : unitPricesIn(this.list, call, facts, this.unknown);
    const contract = source === 'list' && hasUnitsOfModel(usage, facts) ? this.contractOf(call) : undefined;
    const kept = contract && this.contracted.get(contract);
    const contracted = kept && unitPricesIn(kept, call, facts, this.unknown);
    const units = tokenUnits(usage, list, contracted);
    if (facts.images !== undefined) units.push(pricedUnit('image', facts.images, list, contracted));
    if (facts.guardrail !== undefined) this.addGuardrail(units, facts.guardrail);
    const listCostNano = costNanoOf(units);
    return {
      units,
      listCostNano,
      contractCostNano: contracted === undefined ? listCostNano : costNanoOf(units.map(atContractPrice)),
      priceVersion: this.version,
      priceSource: contract === undefined ? source : 'contract',
    };
  }

  private contractOf({ model, account, at }: BilledCall): ContractPrice | undefined {
    const { contracts } = this.settings;
    return contracts.length === 0 ? undefined : contractFor(contracts, { model, account, at });
  }

  /** Adds the units of a guardrail, to which contracts do not apply. */
  private addGuardrail(units: PricedUnit[], counts: NonNullable<BillingFacts['guardrail']>): void {
    for (const [kind, count] of Object.entries(counts) as [GuardrailUnit, number][]) {
      const unitPricePico = this.guardrail[kind] as number | undefined;
      if (unitPricePico !== undefined && count > 0) units.push({ kind, count, unitPricePico });
    }
  }
}

function unitPricesIn(
  kept: KeptPrices,
  { model: { price }, profile, region, usage }: BilledCall,
  { tier = 'default', latency }: BillingFacts,
  unknown: UnitPrices,
): UnitPrices {
  if (price === undefined) return unknown;
  const isLong = price.longPrompt !== undefined && promptTokensOf(usage) > price.longPrompt.aboveTokens;
  return kept.of(price, { profile, region, tier, latency: latency ?? 'standard', isLong });
}

function priceSourceOf({ model: { price }, profile }: BilledCall, { tier }: BillingFacts): PriceSource {
  if (tier === 'reserved' || price?.isFree) return 'free';
  return price === undefined || profile === undefined ? 'unknown' : 'list';
}

function tokenUnits(usage: Usage, list: UnitPrices, contracted: UnitPrices | undefined): PricedUnit[] {
  const { input, output, cacheRead, cacheWrite, cacheWrite1h = 0 } = usage;
  const forAnHour = Math.min(cacheWrite1h, cacheWrite);
  const units: PricedUnit[] = [];
  if (input > 0) units.push(pricedUnit('input', input, list, contracted));
  if (output > 0) units.push(pricedUnit('output', output, list, contracted));
  if (cacheRead > 0) units.push(pricedUnit('cacheRead', cacheRead, list, contracted));
  if (cacheWrite > forAnHour) units.push(pricedUnit('cacheWrite5m', cacheWrite - forAnHour, list, contracted));
  if (forAnHour > 0) units.push(pricedUnit('cacheWrite1h', forAnHour, list, contracted));
  return units;
}

function pricedUnit(
  kind: TokenKind | 'image',
  count: number,
  list: UnitPrices,
  contracted: UnitPrices | undefined,
): PricedUnit {
  const unitPricePico = list[kind];
  if (contracted === undefined) return { kind, count, unitPricePico };
  return { kind, count, unitPricePico, contractPricePico: contracted[kind] };
}

function atContractPrice({ count, unitPricePico, contractPricePico }: PricedUnit) {
  return { count, unitPricePico: contractPricePico ?? unitPricePico };
}

/** Returns false for calls that only a guardrail bills. */
function hasUnitsOfModel(usage: Usage, { images = 0 }: BillingFacts): boolean {
  return promptTokensOf(usage) + usage.output + images > 0;
}

function promptTokensOf({ input, cacheRead, cacheWrite }: Usage): number {
  return input + cacheRead + cacheWrite;
}

function unknownPrices({ unknown }: PriceSettings): UnitPrices {
  const pico = (decimal: string) => Number(roundHalfEven(product(fractionOf(decimal), PICO_PER_UNIT)));
  const [input, output] = [pico(unknown.input), pico(unknown.output)];
  return { input, output, cacheRead: input, cacheWrite5m: input, cacheWrite1h: input, image: 0 };
}

function guardrailUnitPrices(): Readonly<Record<GuardrailUnit, number>> {
  const prices = Object.entries(GUARDRAIL_PRICES).map(([unit, { perThousand }]) => [
    unit,
    Number(roundHalfEven(product(fractionOf(perThousand), THOUSANDTH, PICO_PER_USD))),
  ]);
  return Object.fromEntries(prices) as Record<GuardrailUnit, number>;
}
