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
  /** Amounts in the order of the measures. */
  private readonly sums = new Map<string, { key: readonly string[]; amounts: ExactInteger[] }>();
  readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  /** Adds the same amounts under each of several keys, whose parts are in the order of the table's. */
  add(keys: readonly (readonly string[])[], amounts: RollupAmounts<Table>): void {
    const { measures } = this.table;
    const present: { at: number; amount: ExactInteger }[] = [];
    for (let at = 0; at < measures.length; at += 1) {
      const amount = (amounts as Record<string, ExactInteger>)[measures[at]!] ?? 0;
      if (amount !== 0) present.push({ at, amount });
    }
    for (const key of keys) {
      const sum = this.sumOf(key);
      for (const { amount, at } of present) sum[at] = exactSum(sum[at]!, amount);
    }
  }

  /** Returns the records to add, all measures included. */
  records(): LedgerRecord[] {
    const { key, measures } = this.table;
    return [...this.sums.values()].map((sum) => {
      const record: Record<string, string | number> = {};
      for (const [index, name] of key.entries()) record[name] = sum.key[index]!;
      for (const [index, name] of measures.entries()) {
        const amount = sum.amounts[index]!;
        record[name] = typeof amount === 'bigint' ? String(amount) : amount;
      }
      return record;
    });
  }

  private sumOf(key: readonly string[]): ExactInteger[] {
    const id = key.join('\0');
    let sum = this.sums.get(id);
    if (!sum) this.sums.set(id, (sum = { key, amounts: this.table.measures.map(() => 0) }));
    return sum.amounts;
  }
}
