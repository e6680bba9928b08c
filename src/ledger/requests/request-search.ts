import { type RawBuilder, sql } from 'kysely';
import type { DatabaseService } from '../../database/database.service.ts';
import { storable } from '../../database/storable-text.ts';
import { type RequestFilter, type RequestPosition, type RequestScope, timeOfRequest } from './request-filter.ts';
import { type ListedRequestRow, SUMMARY_COLUMNS } from './stored-request.ts';
import { dayAfter, utcDay } from '../time/utc-time.ts';
import { uuidBound } from '../time/uuid-v7.ts';

/**
 * Rows that one page examines at most for conditions that its index does not answer. So the cost of a page does not depend on the
 * size of a day.
 */
const MAX_EXAMINED_ROWS = 10_000;

type Column = 'request_id' | 'key_id' | 'principal_id' | 'error_code' | 'team_id' | 'status';
/** Indexes that continue with day and id by their column, the most selective first. */
const INDEXES: Readonly<Partial<Record<Column, string>>> = {
  request_id: 'ledger_row_request',
  key_id: 'ledger_row_key',
  principal_id: 'ledger_row_principal',
  error_code: 'ledger_row_error',
  team_id: 'ledger_row_team',
};
const INDEXED = Object.keys(INDEXES) as Column[];

interface EqualityCondition {
  readonly column: Column;
  readonly value: string;
}

/** What one page searches. Ids are in the order of time. */
interface SearchRange {
  readonly firstDay: string;
  readonly lastDay: string;
  /** No id below it is searched. */
  readonly from: string;
  /** Only ids below it are searched. */
  readonly to: string;
  /** A condition that an index answers; absent for all rows of a day. */
  readonly indexed?: EqualityCondition;
}

/** A page of rows, the newest first. */
export interface RequestPage {
  readonly rows: readonly ListedRequestRow[];
  /** Where the next page begins; absent at the end. */
  readonly next?: RequestPosition;
}

/** A page to read. */
export interface RequestPageQuery {
  readonly scope: RequestScope;
  readonly filter: RequestFilter;
  readonly limit: number;
  readonly position?: RequestPosition;
}

/**
 * Reads a page of rows: of one day, or of all days for a search by `x-request-id`. A page may have fewer rows than its limit, or
 * none, although others follow. Throws DatabaseUnavailableError if the database cannot be used.
 */
export async function searchRequests(database: DatabaseService, query: RequestPageQuery): Promise<RequestPage> {
  const { filter, limit, position, scope } = query;
  const conditions = conditionsOf(scope, filter);
  if (conditions === undefined || filter.from >= filter.to) return { rows: [] };
  const indexed = indexedBy(scope, conditions);
  const others = conditions.filter((each) => each !== indexed);
  const range = rangeOf(filter, position, indexed);
  if (range === undefined) return { rows: [] };
  const lowest = others.length === 0 ? undefined : await lowestExamined(database, range);
  const found = await readRange(database, lowest === undefined ? range : { ...range, from: lowest }, others, limit + 1);
  if (found.length > limit) return { rows: found.slice(0, limit), next: { before: found[limit - 1]!.id } };
  // Rows with an id of clients may be those of others, whose ids the caller must not see.
  const endsSilently = scope.rows !== 'all' && indexed?.column === 'request_id';
  if (lowest !== undefined) return { rows: found, ...(!endsSilently && { next: { before: lowest } }) };
  const isComplete = range.firstDay <= utcDay(filter.from);
  return { rows: found, ...(!isComplete && { next: { day: dayAfter(range.firstDay, -1) } }) };
}

/** Returns the conditions of scope and filter; undefined if no row can meet them. */
function conditionsOf(scope: RequestScope, filter: RequestFilter): EqualityCondition[] | undefined {
  const { errorCode, keyId, requestId, status, teamId } = filter;
  const ofTeam = scope.rows === 'team' ? scope.id : undefined;
  if (scope.rows === 'none' || (ofTeam !== undefined && teamId !== undefined && teamId !== ofTeam)) return undefined;
  const values: Partial<Record<Column, string>> = {
    request_id: requestId,
    key_id: keyId,
    principal_id: scope.rows === 'principal' ? scope.id : undefined,
    error_code: errorCode,
    team_id: ofTeam ?? teamId,
    status,
  };
  return (Object.entries(values) as [Column, string | undefined][]).flatMap(([column, value]) =>
    value === undefined ? [] : [{ column, value: storable(value) }],
  );
}

/**
 * Returns the condition for the index of a search. A page may end at any row of the index, so the rows of a limited scope are
 * found by the scope: its cursors then name no row of others. Ids of clients are an exception, because they are few.
 */
function indexedBy(scope: RequestScope, conditions: readonly EqualityCondition[]): EqualityCondition | undefined {
  const columns = indexesOf(scope);
  return columns.flatMap((column) => conditions.find((each) => each.column === column) ?? [])[0];
}

function indexesOf({ rows }: RequestScope): readonly Column[] {
  switch (rows) {
    case 'all':
    case 'none':
      return INDEXED;
    case 'team':
      return ['request_id', 'team_id'];
    case 'principal':
      return ['request_id', 'principal_id'];
    default:
      return rows satisfies never;
  }
}

function rangeOf(
  { from, to }: RequestFilter,
  position: RequestPosition | undefined,
  indexed: EqualityCondition | undefined,
): SearchRange | undefined {
  const oldestDay = utcDay(from);
  const latestDay = utcDay(to - 1);
  const wanted = position === undefined ? latestDay : dayOfPosition(position);
  const lastDay = wanted < latestDay ? wanted : latestDay;
  if (lastDay < oldestDay) return undefined;
  const bound = uuidBound(to);
  const before = position !== undefined && 'before' in position && position.before < bound ? position.before : bound;
  const firstDay = indexed?.column === 'request_id' ? oldestDay : lastDay;
  return { firstDay, lastDay, from: uuidBound(from), to: before, indexed };
}

function dayOfPosition(position: RequestPosition): string {
  return 'day' in position ? position.day : utcDay(timeOfRequest(position.before)!);
}

/** Returns the id of the last row that a page examines; undefined if the range has no more rows than that. */
async function lowestExamined(database: DatabaseService, range: SearchRange): Promise<string | undefined> {
  const last = sql`limit 1 offset ${MAX_EXAMINED_ROWS - 1}`;
  const [row] = await select<{ id: string }>(database, { columns: ['id'], range, others: [], last });
  return row?.id;
}

async function readRange(
  database: DatabaseService,
  range: SearchRange,
  others: readonly EqualityCondition[],
  limit: number,
): Promise<ListedRequestRow[]> {
  return select<ListedRequestRow>(database, { columns: SUMMARY_COLUMNS, range, others, last: sql`limit ${limit}` });
}

interface Selection {
  readonly columns: readonly string[];
  readonly range: SearchRange;
  /** Conditions besides those of the range. */
  readonly others: readonly EqualityCondition[];
  /** What follows the order. */
  readonly last: RawBuilder<unknown>;
}

async function select<Row>(database: DatabaseService, { columns, last, others, range }: Selection): Promise<Row[]> {
  const conditions = sql.join([...rangeConditions(range), ...others.map(unindexed)], sql` and `);
  const selected = sql.join(columns.map((column) => sql.ref(column)));
  const { rows } = await database.query((db) =>
    sql<Row>`select ${selected} from ledger_row ${indexHint(database, range)} where ${conditions} order by day desc, id desc ${last}`.execute(
      db,
    ),
  );
  return rows;
}

/** Names the index for SQLite, which without statistics prefers the primary key, and so reads the whole day. */
function indexHint({ dialect }: DatabaseService, { indexed }: SearchRange): RawBuilder<unknown> {
  if (dialect !== 'sqlite' || indexed === undefined) return sql``;
  return sql`indexed by ${sql.id(INDEXES[indexed.column]!)}`;
}

function rangeConditions({ firstDay, from, indexed, lastDay, to }: SearchRange): RawBuilder<unknown>[] {
  const days = firstDay === lastDay ? sql`day = ${lastDay}` : sql`day >= ${firstDay} and day <= ${lastDay}`;
  const equal = indexed === undefined ? [] : [sql`${sql.ref(indexed.column)} = ${indexed.value}`];
  return [days, ...equal, sql`id >= ${from} and id < ${to}`];
}

/** Returns a condition for which the database uses no index: one page examines few rows, but an index may have all of a year. */
function unindexed({ column, value }: EqualityCondition): RawBuilder<unknown> {
  return sql`${sql.ref(column)} || '' = ${value}`;
}
