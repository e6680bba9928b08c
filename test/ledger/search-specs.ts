import type { DatabaseService } from '../../src/database/database.service.ts';
import {
  formatPosition,
  parsePosition,
  type RequestFilter,
  type RequestPosition,
  type RequestScope,
} from '../../src/ledger/requests/request-filter.ts';
import { searchRequests } from '../../src/ledger/requests/request-search.ts';
import { readStoredRequest } from '../../src/ledger/requests/stored-request.ts';
import { ReportingZone } from '../../src/ledger/rollups/reporting-zone.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';
import { LedgerStore } from '../../src/ledger/writer/ledger-store.ts';
import type { TestDatabase } from '../database/databases.ts';
import { ledgerRow } from './ledger-rows.ts';

export const SEARCH_DAY = 86_400_000;
/** Noon of the third of three days with rows. */
export const NOON = Date.parse('2026-11-20T12:00:00Z');
const ALL: RequestScope = { rows: 'all' };
const TIMES = { from: NOON - 2.5 * SEARCH_DAY, to: NOON + SEARCH_DAY / 2 };

export async function writeRows(database: DatabaseService, rows: readonly LedgerRow[]): Promise<void> {
  const store = new LedgerStore(database, new ReportingZone('UTC'));
  for (let start = 0; start < rows.length; start += 500) await store.write(rows.slice(start, start + 500));
}

/** Returns the ids of all pages, in the order in which they came, and the number of rows of each page. */
export async function pagesOf(
  database: DatabaseService,
  filter: Partial<RequestFilter>,
  { limit = 100, scope = ALL }: { limit?: number; scope?: RequestScope } = {},
): Promise<{ ids: string[]; sizes: number[] }> {
  const ids: string[] = [];
  const sizes: number[] = [];
  let position: RequestPosition | undefined;
  do {
    const page = await searchRequests(database, { scope, filter: { ...TIMES, ...filter }, limit, position });
    ids.push(...page.rows.map(({ id }) => id));
    sizes.push(page.rows.length);
    position = page.next && parsePosition(formatPosition(page.next));
    if (page.next !== undefined) expect(position).toEqual(page.next);
  } while (position !== undefined && sizes.length < 200);
  return { ids, sizes };
}

/** Returns 12 rows a day of three days, of three keys, two teams and two principals; each sixth was refused. */
function rowsOfThreeDays(): LedgerRow[] {
  return Array.from({ length: 36 }, (_row, index) => {
    const isRefused = index % 6 === 0;
    return ledgerRow({
      at: NOON - Math.floor(index / 12) * SEARCH_DAY - (index % 12) * 1_000,
      key: index % 4 === 3 ? undefined : `key_${index % 4}`,
      team: `team_${index % 2}`,
      principal: index % 3 === 0 ? 'p_one' : 'p_two',
      requestId: index % 9 === 0 ? 'retried' : `client-${index}`,
      ...(isRefused && { status: 'refused' as const, errorCode: 'rate_limit_exceeded', httpStatus: 429, lines: [] }),
    });
  });
}

/** Declares the specs of the search, for any database. */
export function searchSpecs(test: TestDatabase): void {
  const rows = rowsOfThreeDays();
  const newestFirst = rows.toSorted((one, other) => (one.id < other.id ? 1 : -1));
  const idsOf = (accepts: (row: LedgerRow) => boolean): string[] => newestFirst.filter(accepts).map(({ id }) => id);
  let database: DatabaseService;
  beforeAll(async () => {
    database = await test.connect();
    await writeRows(database, rows);
  });

  it('finds all rows, the newest first, with a day on each page', async () => {
    expect(await pagesOf(database, {})).toEqual({ ids: idsOf(() => true), sizes: [12, 12, 12] });
    const { ids, sizes } = await pagesOf(database, {}, { limit: 5 });
    expect(ids).toEqual(idsOf(() => true));
    expect(sizes.slice(0, 3)).toEqual([5, 5, 2]);
  });

  it.each<[string, Partial<RequestFilter>, (row: LedgerRow) => boolean]>([
    ['a key', { keyId: 'key_1' }, ({ key }) => key === 'key_1'],
    ['a team', { teamId: 'team_1' }, ({ team }) => team === 'team_1'],
    ['an error code', { errorCode: 'rate_limit_exceeded' }, ({ errorCode }) => errorCode !== undefined],
    ['a status', { status: 'succeeded' }, ({ status }) => status === 'succeeded'],
    ['an id of clients', { requestId: 'retried' }, ({ requestId }) => requestId === 'retried'],
    [
      'a key and a status',
      { keyId: 'key_0', status: 'refused' },
      (row) => row.key === 'key_0' && row.status === 'refused',
    ],
    [
      'an id of clients and a team',
      { requestId: 'retried', teamId: 'team_1' },
      (row) => row.requestId === 'retried' && row.team === 'team_1',
    ],
    [
      'everything',
      { keyId: 'key_0', teamId: 'team_0', errorCode: 'rate_limit_exceeded', status: 'refused' },
      (row) => row.key === 'key_0' && row.errorCode !== undefined,
    ],
    ['an unknown key', { keyId: "x' or 'a'='a" }, () => false],
    ['NUL', { keyId: 'key_0\0', requestId: '\uD800' }, () => false],
    ['a time', { from: NOON - 5_000, to: NOON }, ({ at }) => at >= NOON - 5_000 && at < NOON],
  ])('finds the rows of %s', async (_, filter, accepts) => {
    for (const limit of [2, 100]) expect((await pagesOf(database, filter, { limit })).ids).toEqual(idsOf(accepts));
  });

  it('finds all days of an id of clients on one page', async () => {
    expect((await pagesOf(database, { requestId: 'retried' })).sizes).toEqual([4]);
  });

  it('finds rows of the scope only, through every filter', async () => {
    const scopes: [RequestScope, (row: LedgerRow) => boolean][] = [
      [{ rows: 'none' }, () => false],
      [{ rows: 'team', id: 'team_1' }, ({ team }) => team === 'team_1'],
      [{ rows: 'principal', id: 'p_one' }, ({ principal }) => principal === 'p_one'],
    ];
    const filters: [Partial<RequestFilter>, (row: LedgerRow) => boolean][] = [
      [{}, () => true],
      [{ keyId: 'key_0' }, ({ key }) => key === 'key_0'],
      [{ teamId: 'team_0' }, ({ team }) => team === 'team_0'],
      [{ errorCode: 'rate_limit_exceeded' }, ({ errorCode }) => errorCode !== undefined],
      [{ status: 'refused' }, ({ status }) => status === 'refused'],
      [{ requestId: 'retried' }, ({ requestId }) => requestId === 'retried'],
    ];
    for (const [scope, isInScope] of scopes) {
      for (const [filter, accepts] of filters) {
        const { ids } = await pagesOf(database, filter, { scope, limit: 3 });
        expect([scope, filter, ids]).toEqual([scope, filter, idsOf((row) => isInScope(row) && accepts(row))]);
      }
      for (const row of rows.slice(0, 6)) {
        const found = await readStoredRequest(database, scope, row.id);
        expect([scope, found?.row.id]).toEqual([scope, isInScope(row) ? row.id : undefined]);
      }
    }
  });

  it('accepts any position, and finds nothing outside of its times', async () => {
    const first = newestFirst[0]!.id;
    const pageAfter = async (position: RequestPosition) =>
      searchRequests(database, { scope: ALL, filter: { ...TIMES, from: NOON - SEARCH_DAY / 2 }, limit: 100, position });
    expect((await pageAfter({ before: first })).rows).toHaveLength(11);
    expect((await pageAfter({ day: '9999-12-30' })).rows).toHaveLength(12);
    expect(await pageAfter({ day: '2026-11-19' })).toEqual({ rows: [] });
    expect(await pageAfter({ before: newestFirst.at(-1)!.id })).toEqual({ rows: [] });
  });

  it('reads a row with its lines', async () => {
    const [row] = rows.slice(1);
    const found = await readStoredRequest(database, ALL, row!.id);
    expect(found).toMatchObject({ row: { id: row!.id, request_id: row!.requestId }, hasMoreLines: false });
    expect(found!.lines).toHaveLength(1);
  });
}

it.each([
  '',
  '2026-02-30',
  '2026-11-20 ',
  '20261120',
  '2026-11-20T00:00:00Z',
  "2026-11-20' --",
  '01900000-0000-4000-8000-000000000000',
  'ffffffff-ffff-7fff-bfff-ffffffffffff',
  '0x',
  '1e9',
])('the cursor %j is not a position', (cursor) => {
  expect(parsePosition(cursor)).toBeUndefined();
});
