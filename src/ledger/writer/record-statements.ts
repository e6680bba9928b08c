import { CompiledQuery } from 'kysely';
import type { DatabaseDialect } from '../../database/clock/database-clock.ts';
import type { LedgerTables } from '../../database/ledger-tables.ts';

/** A table that takes records as one JSON text: thousands of values would be slow to bind, and exceed SQLite's limit. */
export interface RecordTable {
  name: keyof LedgerTables;
  key: readonly string[];
  text: readonly string[];
  numbers: readonly string[];
  /** Columns that are added to an existing record. Without any, an existing record stays as it is. */
  sums?: readonly string[];
  /** Column of the records that were not there yet. */
  returning?: string;
}

/**
 * Returns the statement that inserts records, given as JSON, in the order of their key, so that replicas take locks in the same order. All
 * numbers are exact up to 64 bits.
 */
export function insertRecords(
  dialect: DatabaseDialect,
  table: RecordTable,
  records: string,
): CompiledQuery<Record<string, unknown>> {
  const { key, name, numbers, returning, sums, text } = table;
  const columns = [...text, ...numbers];
  const action =
    sums === undefined
      ? 'do nothing'
      : `do update set ${sums.map((column) => `${column} = ${name}.${column} + excluded.${column}`).join(', ')}`;
  const statement = [
    `insert into ${name} (${columns.join(', ')})`,
    selection(dialect, text, numbers),
    `order by ${key.map((column) => columns.indexOf(column) + 1).join(', ')}`,
    `on conflict (${key.join(', ')}) ${action}`,
    returning === undefined ? '' : `returning ${returning}`,
  ];
  return CompiledQuery.raw(statement.join(' '), [records]);
}

function selection(dialect: DatabaseDialect, text: readonly string[], numbers: readonly string[]): string {
  switch (dialect) {
    case 'postgres': {
      const types = [...text.map((column) => `${column} text`), ...numbers.map((column) => `${column} bigint`)];
      return `select ${[...text, ...numbers].join(', ')} from jsonb_to_recordset($1::jsonb) as record(${types.join(', ')})`;
    }
    case 'sqlite': {
      const values = [
        ...text.map((column) => `cast(value ->> '${column}' as text)`),
        ...numbers.map((column) => `cast(value ->> '${column}' as integer)`),
      ];
      // Without a condition, SQLite reads "on conflict" as the condition of a join.
      return `select ${values.join(', ')} from json_each(?) where true`;
    }
    default:
      return dialect satisfies never;
  }
}
