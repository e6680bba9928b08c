import { type CreateTableBuilder, type Kysely, sql } from 'kysely';
import type { ColumnTypes, Migration } from './migration.ts';

/** Names of columns by type. A name with `?` may be null. */
interface LedgerColumns {
  text: readonly string[];
  number: readonly string[];
}

const ROW: LedgerColumns = {
  text: [
    'day',
    'id',
    'request_id',
    'trace_id?',
    'endpoint',
    'method',
    'key_id?',
    'team_id?',
    'application_id?',
    'principal_id?',
    'cost_center?',
    'model_asked?',
    'model_answering?',
    'status',
    'error_code?',
    'error_source?',
    'cache?',
    'price_source?',
    'fallback?',
    'adjusted?',
    'explain',
    'corrects_id?',
  ],
  number: [
    'at',
    'requests',
    'http_status',
    'duration_ms',
    'first_event_ms?',
    'retries',
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'cache_write_1h_tokens',
    'is_estimated',
    'list_cost',
    'contract_cost',
    'saved_cost?',
  ],
};

const LINE: LedgerColumns = {
  text: [
    'day',
    'row_id',
    'model',
    'target?',
    'region',
    'profile?',
    'account?',
    'tier',
    'units',
    'price_version',
    'price_source',
    'upstream_request_id?',
  ],
  number: ['position', 'at', 'is_estimated', 'list_cost', 'contract_cost'],
};

const SUMS = ['list_cost', 'contract_cost', 'estimated_cost'];
const TOKEN_SUMS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
];

const ROLLUP: LedgerColumns = {
  text: ['dimension', 'period', 'member', 'model'],
  number: [
    'requests',
    'failed',
    'refused',
    'canceled',
    'lost',
    'cache_hits',
    'estimated_requests',
    ...TOKEN_SUMS,
    ...SUMS,
    'saved_cost',
  ],
};

const QUARTER_HOUR: LedgerColumns = {
  text: ['quarter', 'model', 'tier', 'region', 'account'],
  number: ['calls', 'estimated_calls', ...TOKEN_SUMS, 'images', 'guardrail_units', ...SUMS],
};

const QUARANTINE: LedgerColumns = { text: ['id', 'day', 'reason', 'detail', 'content', 'at'], number: [] };

/** Rows and lines of the ledger, in PostgreSQL one partition for each day; their sums; rows that were not accepted. */
export const ledgerMigration: Migration = {
  number: 3,
  name: 'ledger',
  async up(db, types) {
    await createTable(db, types, 'ledger_row', ROW, ['day', 'id'], types.partitionedByDay);
    await createTable(db, types, 'ledger_line', LINE, ['day', 'row_id', 'position'], types.partitionedByDay);
    await createTable(db, types, 'ledger_rollup', ROLLUP, ['dimension', 'period', 'member', 'model']);
    const quarterKey = ['quarter', 'model', 'tier', 'region', 'account'];
    await createTable(db, types, 'ledger_quarter_hour', QUARTER_HOUR, quarterKey);
    await createTable(db, types, 'ledger_quarantine', QUARANTINE, ['id']);
    await createIndexes(db);
  },
};

/** Creates the indexes of searches: rows by key, by error code and by the client's id; a member over many periods. */
async function createIndexes(db: Kysely<unknown>): Promise<void> {
  const indexes: Readonly<Record<string, { table: string; columns: string[] }>> = {
    ledger_row_key: { table: 'ledger_row', columns: ['day', 'key_id', 'id'] },
    ledger_row_error: { table: 'ledger_row', columns: ['day', 'error_code', 'id'] },
    ledger_row_request: { table: 'ledger_row', columns: ['request_id', 'day', 'id'] },
    ledger_rollup_member: { table: 'ledger_rollup', columns: ['dimension', 'member', 'period'] },
  };
  for (const [name, { columns, table }] of Object.entries(indexes)) {
    await db.schema.createIndex(name).on(table).columns(columns).execute();
  }
}

async function createTable(
  db: Kysely<unknown>,
  types: ColumnTypes,
  name: string,
  columns: LedgerColumns,
  key: readonly string[],
  options = types.strict,
): Promise<void> {
  let table: CreateTableBuilder<string, string> = db.schema.createTable(name);
  for (const type of ['text', 'number'] as const) {
    for (const column of columns[type]) table = addColumn(table, column, types[type]);
  }
  // A primary key of SQLite accepts null, so each of its columns is required as well.
  await table
    .addPrimaryKeyConstraint(`${name}_pk`, [...key])
    .modifyEnd(options ?? sql``)
    .execute();
}

function addColumn(
  table: CreateTableBuilder<string, string>,
  name: string,
  type: ColumnTypes['text'],
): CreateTableBuilder<string, string> {
  return name.endsWith('?')
    ? table.addColumn(name.slice(0, -1), type)
    : table.addColumn(name, type, (column) => column.notNull());
}
