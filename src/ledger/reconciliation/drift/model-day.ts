import { BILLED_KINDS, type BilledKind } from '../bill/billed-line.ts';
import type { BilledCell } from '../bill/bill-sums.ts';
import type { LedgerCell } from './ledger-cells.ts';

const MICRO = 1_000_000n;
const PICO_OF_NANO = 1_000n;

/** Quantities of one kind, tier and region on both sides. Quantities are millionths, the cost is pico-USD at public prices. */
export interface QuantityCell {
  readonly kind: BilledKind;
  readonly tier: string;
  readonly region: string;
  aws: bigint;
  awsCost: bigint;
  ledger: bigint;
}

/** The costs of one side, in pico-USD. */
export interface SideCost {
  list: bigint;
  contract: bigint;
}

/** What the bill and the ledger have for a model on a day in an account. */
export interface ModelDay {
  readonly account: string;
  readonly day: string;
  readonly model: string;
  readonly cells: readonly QuantityCell[];
  /** Usage of the gateway, and usage whose caller the bill does not show. */
  readonly aws: SideCost;
  /** Usage of other roles of the account. */
  readonly others: SideCost;
  readonly ledger: SideCost;
  /** Estimated part of the ledger at list prices. */
  readonly estimatedList: bigint;
  readonly calls: bigint;
  readonly estimatedCalls: bigint;
  /** True if the bill shows for all usage that the gateway made the calls. */
  readonly isCallerKnown: boolean;
  /** Millionths that AWS bills at global prices. */
  readonly awsGlobal: bigint;
}

/** Joins both sides of one model, day and account. */
export function modelDayOf(
  place: { account: string; day: string; model: string },
  billed: readonly BilledCell[],
  recorded: readonly LedgerCell[],
): ModelDay {
  const own = billed.filter(({ caller }) => caller !== 'other');
  const others = billed.filter(({ caller }) => caller === 'other');
  const ledger = {
    list: bigSum(recorded, ({ listNano }) => listNano) * PICO_OF_NANO,
    contract: bigSum(recorded, ({ contractNano }) => contractNano) * PICO_OF_NANO,
  };
  const estimated = bigSum(recorded, ({ estimatedNano }) => estimatedNano) * PICO_OF_NANO;
  return {
    ...place,
    cells: quantityCells(own, recorded),
    aws: sideCost(own),
    others: sideCost(others),
    ledger,
    estimatedList: ledger.contract === 0n ? 0n : (estimated * ledger.list) / ledger.contract,
    calls: bigSum(recorded, ({ calls }) => calls),
    estimatedCalls: bigSum(recorded, ({ estimatedCalls }) => estimatedCalls),
    isCallerKnown: own.length > 0 && own.every(({ caller }) => caller === 'gateway'),
    awsGlobal: bigSum(
      own.filter(({ place: where }) => where === 'global'),
      ({ quantityMicro }) => quantityMicro,
    ),
  };
}

function quantityCells(billed: readonly BilledCell[], recorded: readonly LedgerCell[]): QuantityCell[] {
  const cells = new Map<string, QuantityCell>();
  // Without the region of each line, regions cannot be compared.
  const hasRegions = billed.every(({ region }) => region !== '');
  const cellOf = (kind: BilledKind, tier: string, region: string): QuantityCell => {
    const place = hasRegions ? region : '';
    const id = `${kind}|${tier}|${place}`;
    let cell = cells.get(id);
    if (!cell) cells.set(id, (cell = { kind, tier, region: place, aws: 0n, awsCost: 0n, ledger: 0n }));
    return cell;
  };
  for (const { kind, listPico, quantityMicro, region, tier } of billed) {
    const cell = cellOf(kind, tier, region);
    cell.aws += quantityMicro;
    cell.awsCost += listPico;
  }
  for (const { quantities, region, tier } of recorded) {
    for (const kind of BILLED_KINDS) {
      // AWS does not bill calls of reserved capacity.
      if (quantities[kind] !== 0n && tier !== 'reserved') cellOf(kind, tier, region).ledger += quantities[kind] * MICRO;
    }
  }
  return [...cells.values()];
}

function sideCost(cells: readonly BilledCell[]): SideCost {
  return {
    list: bigSum(cells, ({ listPico }) => listPico),
    contract: bigSum(cells, ({ contractPico }) => contractPico),
  };
}

/** Returns the sum of a value of all items. */
export function bigSum<Item>(items: readonly Item[], value: (item: Item) => bigint): bigint {
  return items.reduce((sum, item) => sum + value(item), 0n);
}
