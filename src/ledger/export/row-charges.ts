import type { PricedUnit } from '../../usage/prices/price-book.ts';
import { allocateCost } from './allocate-cost.ts';
import type { Charge, ChargeTerms } from './charge.ts';

/** A row of the ledger, as far as its charges need it. */
export interface ChargedRow {
  readonly team: string | undefined;
  readonly application: string | undefined;
  readonly costCenter: string | undefined;
  readonly key: string | undefined;
  readonly principal: string | undefined;
  readonly modelAnswering: string | undefined;
  readonly priceSource: string | undefined;
  readonly isEstimated: boolean;
  readonly isCorrection: boolean;
  readonly requests: bigint;
  readonly listCostNano: bigint;
  readonly contractCostNano: bigint;
  readonly lines: readonly ChargedLine[];
}

/** A line of a row, as far as its charges need it. */
export interface ChargedLine {
  readonly model: string;
  readonly target: string | undefined;
  readonly region: string;
  readonly profile: string | undefined;
  readonly account: string | undefined;
  readonly tier: string;
  readonly units: readonly PricedUnit[];
  readonly priceSource: string;
  readonly isEstimated: boolean;
  readonly listCostNano: bigint;
  readonly contractCostNano: bigint;
}

/**
 * Returns the charges of a row: one for each kind of unit of each line, and one for the difference if the row costs more or
 * less than its lines. Their sum is the cost of the row. A row without a cost and without lines has none.
 */
export function chargesOfRow(row: ChargedRow, hour: number): Charge[] {
  const { team, application, costCenter, key, principal, isCorrection } = row;
  const owner = { hour, team, application, costCenter, key, principal, isCorrection };
  const charges = row.lines.flatMap((line) => chargesOfLine(line, owner));
  const listRest = row.listCostNano - sumOfCosts(charges, 'listCostNano');
  const contractRest = row.contractCostNano - sumOfCosts(charges, 'contractCostNano');
  if (listRest !== 0n || contractRest !== 0n) {
    charges.push({
      ...owner,
      ...withoutCall(row),
      units: 0n,
      listCostNano: listRest,
      contractCostNano: contractRest,
      calls: 0n,
      requests: 0n,
    });
  }
  const [first] = charges;
  if (first) charges[0] = { ...first, requests: row.requests };
  return charges;
}

type ChargeOwner = Pick<
  ChargeTerms,
  'hour' | 'team' | 'application' | 'costCenter' | 'key' | 'principal' | 'isCorrection'
>;

function chargesOfLine(line: ChargedLine, owner: ChargeOwner): Charge[] {
  const { account, isEstimated, model, priceSource, profile, region, tier } = line;
  const called = { model, resource: resourceOf(line.target), region, profile, account, tier, priceSource, isEstimated };
  const counts = line.units.map(({ count }) => BigInt(Math.ceil(count)));
  const costs = (priceOf: (unit: PricedUnit) => number): bigint[] =>
    line.units.map((unit, index) => counts[index]! * BigInt(priceOf(unit)));
  const list = allocateCost(
    line.listCostNano,
    costs(({ unitPricePico }) => unitPricePico),
  );
  const contract = allocateCost(line.contractCostNano, costs(contractPriceOf));
  return line.units.map((unit, index) => ({
    ...owner,
    ...called,
    kind: unit.kind,
    listPricePico: unit.unitPricePico,
    contractPricePico: contractPriceOf(unit),
    units: counts[index]!,
    listCostNano: list[index]!,
    contractCostNano: contract[index]!,
    calls: index === 0 ? 1n : 0n,
    requests: 0n,
  }));
}

function contractPriceOf({ contractPricePico, unitPricePico }: PricedUnit): number {
  return contractPricePico ?? unitPricePico;
}

/** Returns the terms of a cost that no line has. */
function withoutCall({
  isEstimated,
  modelAnswering = '',
  priceSource,
}: ChargedRow): Omit<ChargeTerms, keyof ChargeOwner> {
  return {
    model: modelAnswering,
    resource: undefined,
    region: undefined,
    profile: undefined,
    account: undefined,
    tier: undefined,
    kind: undefined,
    listPricePico: 0,
    contractPricePico: 0,
    priceSource,
    isEstimated,
  };
}

function sumOfCosts(charges: readonly Charge[], cost: 'listCostNano' | 'contractCostNano'): bigint {
  return charges.reduce((sum, charge) => sum + charge[cost], 0n);
}

/** Returns the resource in the id of a target, which is `[ACCOUNT:]REGION/RESOURCE[@HOST]`. */
function resourceOf(target: string | undefined): string | undefined {
  const [, resource] = /^[^/]*\/([^@]+)/.exec(target ?? '') ?? [];
  return resource;
}
