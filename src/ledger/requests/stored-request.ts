import type { Selectable } from 'kysely';
import type { DatabaseService } from '../../database/database.service.ts';
import type { LedgerLineTable, LedgerRowTable } from '../../database/ledger-tables.ts';
import { utcDay } from '../time/utc-time.ts';
import { type RequestScope, timeOfRequest } from './request-filter.ts';

/** Lines of one row that are shown. A request with more inputs of embeddings has further ones. */
export const MAX_SHOWN_LINES = 1_000;

/** A row of the table. Whole numbers are bigint or decimal text. */
export type StoredRequestRow = Selectable<LedgerRowTable>;
/** Columns that a list of requests shows. */
export const SUMMARY_COLUMNS = [
  'day',
  'id',
  'at',
  'request_id',
  'endpoint',
  'key_id',
  'team_id',
  'application_id',
  'principal_id',
  'model_asked',
  'model_answering',
  'status',
  'http_status',
  'error_code',
  'error_source',
  'duration_ms',
  'first_event_ms',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'cache',
  'contract_cost',
  'is_estimated',
  'requests',
] as const satisfies readonly (keyof StoredRequestRow)[];

/** A row as a list of requests reads it. */
export type ListedRequestRow = Pick<StoredRequestRow, (typeof SUMMARY_COLUMNS)[number]>;

export type StoredRequestLine = Selectable<LedgerLineTable>;

/** A row with its lines. */
export interface StoredRequest {
  readonly row: StoredRequestRow;
  /** At most 1,000, in the order of the calls. */
  readonly lines: readonly StoredRequestLine[];
  /** True if the row has further lines. */
  readonly hasMoreLines: boolean;
}

/**
 * Reads a row by its id; undefined if there is none in the scope. `id` is a UUIDv7. Throws DatabaseUnavailableError if the
 * database cannot be used.
 */
export async function readStoredRequest(
  database: DatabaseService,
  scope: RequestScope,
  id: string,
): Promise<StoredRequest | undefined> {
  const day = utcDay(timeOfRequest(id)!);
  const row = await database.query((db) =>
    db.selectFrom('ledger_row').selectAll().where('day', '=', day).where('id', '=', id).executeTakeFirst(),
  );
  if (row === undefined || !isInScope(scope, row)) return undefined;
  const lines = await database.query((db) =>
    db
      .selectFrom('ledger_line')
      .selectAll()
      .where('day', '=', day)
      .where('row_id', '=', id)
      .orderBy('position')
      .limit(MAX_SHOWN_LINES + 1)
      .execute(),
  );
  return { row, lines: lines.slice(0, MAX_SHOWN_LINES), hasMoreLines: lines.length > MAX_SHOWN_LINES };
}

/** Reads why a row is in quarantine; undefined if it is not there. */
export async function readQuarantineReason(database: DatabaseService, id: string): Promise<string | undefined> {
  const row = await database.query((db) =>
    db.selectFrom('ledger_quarantine').select('reason').where('id', '=', id).executeTakeFirst(),
  );
  return row?.reason;
}

function isInScope(scope: RequestScope, row: StoredRequestRow): boolean {
  switch (scope.rows) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'team':
      return row.team_id === scope.id;
    case 'principal':
      return row.principal_id === scope.id;
    default:
      return scope satisfies never;
  }
}
