import type { LedgerRecord } from '../rows/row-records.ts';
import { type ExactInteger, exactSum } from './exact-sum.ts';

/** A table of sums: the columns of its key, and those that are added. */
export interface RollupTable {
  name: 'ledger_rollup' | 'ledger_quarter_hour';
  key: readonly string[];
  measures: readonly string[];
}

const TOKEN_MEASURES = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
] as const;
const COST_MEASURES = ['list_cost', 'contract_cost', 'estimated_cost'] as const;

export const ROLLUP_TABLE = {
  name: 'ledger_rollup',
  key: ['dimension', 'period', 'member', 'model'],
  measures: [
    'requests',
    'failed',
    'refused',
    'canceled',
    'lost',
    'cache_hits',
    'estimated_requests',
    ...TOKEN_MEASURES,
    ...COST_MEASURES,
    'saved_cost',
  ],
} as const satisfies RollupTable;

export const QUARTER_HOUR_TABLE = {
  name: 'ledger_quarter_hour',
  key: ['quarter', 'model', 'tier', 'region', 'account'],
  measures: ['calls', 'estimated_calls', ...TOKEN_MEASURES, 'images', 'guardrail_units', ...COST_MEASURES],
} as const satisfies RollupTable;

/** Amounts by measure. An absent one is 0. */
export type RollupAmounts<Table extends RollupTable> = Partial<Record<Table['measures'][number], ExactInteger>>;

/** What a batch of rows adds to a table. */
export class RollupIncrements<Table extends RollupTable> {
  private readonly sums = new Map<string, { key: readonly string[]; amounts: Record<string, ExactInteger> }>();

  constructor(readonly table: Table) {}

  /** Adds amounts under a key, whose parts are in the order of the table's. */
  add(key: readonly string[], amounts: RollupAmounts<Table>): void {
    const id = key.join('\0');
    let sum = this.sums.get(id);
    if (!sum) this.sums.set(id, (sum = { key, amounts: {} }));
    for (const name in amounts) {
      const amount = (amounts as Record<string, ExactInteger>)[name]!;
      if (amount !== 0) sum.amounts[name] = exactSum(sum.amounts[name] ?? 0, amount);
    }
  }

  /** Returns the records to add, all measures included. */
  records(): LedgerRecord[] {
    const { key, measures } = this.table;
    return [...this.sums.values()].map((sum) => {
      const record: Record<string, string | number> = {};
      for (const [index, name] of key.entries()) record[name] = sum.key[index]!;
      for (const name of measures) {
        const amount = sum.amounts[name] ?? 0;
        record[name] = typeof amount === 'bigint' ? String(amount) : amount;
      }
      return record;
    });
  }
}
