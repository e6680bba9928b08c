import { BILLED_KINDS, type BilledKind } from '../bill/billed-line.ts';
import type { LedgerCell } from './ledger-cells.ts';

const CELL_TEXTS = ['account', 'day', 'model', 'tier', 'region'] as const;
const CELL_SUMS = ['calls', 'estimatedCalls', 'listNano', 'contractNano', 'estimatedNano'] as const;

/** A cell of the ledger as JSON: sums are decimal text, because they may exceed 2^53. */
export type LedgerCellJson = Record<(typeof CELL_TEXTS)[number] | (typeof CELL_SUMS)[number], string> & {
  quantities: Record<BilledKind, string>;
};

/** Converts a cell for an answer of the admin API. */
export function ledgerCellJson(cell: LedgerCell): LedgerCellJson {
  return {
    account: cell.account,
    day: cell.day,
    model: cell.model,
    tier: cell.tier,
    region: cell.region,
    calls: String(cell.calls),
    estimatedCalls: String(cell.estimatedCalls),
    listNano: String(cell.listNano),
    contractNano: String(cell.contractNano),
    estimatedNano: String(cell.estimatedNano),
    quantities: quantitiesBy((kind) => String(cell.quantities[kind])),
  };
}

/** Reads a cell from an answer of the admin API. Throws SyntaxError for other sums. */
export function ledgerCellOf(cell: LedgerCellJson): LedgerCell {
  return {
    account: cell.account,
    day: cell.day,
    model: cell.model,
    tier: cell.tier,
    region: cell.region,
    calls: BigInt(cell.calls),
    estimatedCalls: BigInt(cell.estimatedCalls),
    listNano: BigInt(cell.listNano),
    contractNano: BigInt(cell.contractNano),
    estimatedNano: BigInt(cell.estimatedNano),
    quantities: quantitiesBy((kind) => BigInt(cell.quantities[kind])),
  };
}

function quantitiesBy<Value>(valueOf: (kind: BilledKind) => Value): Record<BilledKind, Value> {
  return Object.fromEntries(BILLED_KINDS.map((kind) => [kind, valueOf(kind)])) as Record<BilledKind, Value>;
}
