import { CompiledQuery, type RootOperationNode, sql } from 'kysely';
import type { DatabaseService } from '../../src/database/database.service.ts';
import type { RequestFilter, RequestScope } from '../../src/ledger/requests/request-filter.ts';
import { searchRequests } from '../../src/ledger/requests/request-search.ts';
import { describeDatabases, describePostgres } from '../database/databases.ts';
import { ledgerRow } from './ledger-rows.ts';
import { NOON, pagesOf, SEARCH_DAY, searchSpecs, writeRows } from './search-specs.ts';

const ROWS = 24_000;
const TIMES = { from: NOON - SEARCH_DAY / 2, to: NOON + SEARCH_DAY / 2 };

describePostgres('the search of requests', searchSpecs);

/** Runs a search, and returns the plan of each of its statements. */
async function plansOf(
  database: DatabaseService,
  filter: Partial<RequestFilter>,
  scope: RequestScope,
): Promise<string[]> {
  const nodes: RootOperationNode[] = [];
  const { db, dialect } = await database.opened();
  const observed = db.withPlugin({
    transformQuery: ({ node }) => {
      nodes.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const spy = { dialect, query: (run: (db: unknown) => unknown) => run(observed) } as unknown as DatabaseService;
  await searchRequests(spy, { scope, filter: { ...TIMES, ...filter }, limit: 100 });
  const plans: string[] = [];
  for (const node of nodes) {
    const { parameters, sql: text } = db.getExecutor().compileQuery(node, { queryId: 'plan' });
    const explain = dialect === 'postgres' ? 'explain' : 'explain query plan';
    const { rows } = await db.executeQuery(CompiledQuery.raw(`${explain} ${text}`, [...parameters]));
    plans.push(JSON.stringify(rows, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value)));
  }
  return plans;
}

describeDatabases('a day with many rows', (test) => {
  let database: DatabaseService;
  beforeAll(async () => {
    database = await test.connect();
    const rows = Array.from({ length: ROWS }, (_row, index) =>
      ledgerRow({
        at: NOON - index * 100,
        key: index % 2 === 0 ? 'busy' : `key_${index % 400}`,
        team: `team_${index % 300}`,
        principal: `p_${index % 500}`,
        requestId: index % 2 === 0 ? 'shared' : `client-${index}`,
        lines: [],
        ...(index % 200 === 0 && { status: 'refused' as const, errorCode: 'rate_limit_exceeded' }),
        ...(index === ROWS - 1 && { status: 'lost' as const }),
      }),
    );
    await writeRows(database, rows);
    if (database.dialect === 'postgres') await database.query((db) => sql`analyze ledger_row`.execute(db));
  }, 120_000);

  it.each<[string, string, Partial<RequestFilter>, RequestScope]>([
    ['a key', 'key_id', { keyId: 'key_1' }, { rows: 'all' }],
    ['a key and a status', 'key_id', { keyId: 'key_1', status: 'failed' }, { rows: 'all' }],
    ['an error code', 'error_code', { errorCode: 'rate_limit_exceeded' }, { rows: 'all' }],
    ['an id of clients', 'request_id', { requestId: 'client-1' }, { rows: 'all' }],
    ['a team', 'team_id', {}, { rows: 'team', id: 'team_1' }],
    ['a principal', 'principal_id', {}, { rows: 'principal', id: 'p_1' }],
    ['a principal, and a team', 'principal_id', { teamId: 'team_1' }, { rows: 'principal', id: 'p_1' }],
  ])('is not scanned for %s', async (_, column, filter, scope) => {
    const plans = await plansOf(database, filter, scope);
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      // The condition of an index, as each database writes it.
      expect(plan).toMatch(
        database.dialect === 'postgres'
          ? new RegExp(`Index Cond: [^"]*${column} = `)
          : new RegExp(`SEARCH ledger_row USING (COVERING )?INDEX \\w+ \\([^)]*${column}=`),
      );
      expect(plan).not.toMatch(/Seq Scan|SCAN ledger_row/);
    }
  });

  it('has pages of bounded cost for a condition without an index', async () => {
    const { ids, sizes } = await pagesOf(database, { status: 'lost', from: NOON - SEARCH_DAY / 2 });
    expect(ids).toHaveLength(1);
    expect(sizes).toEqual([0, 0, 1]);
  });

  it('has pages of bounded cost for a frequent team', async () => {
    const { ids, sizes } = await pagesOf(database, { teamId: 'team_2', status: 'lost', from: NOON - SEARCH_DAY / 2 });
    expect([ids, sizes]).toEqual([[], [0]]);
  });

  it('does not show a limited scope that others have many rows', async () => {
    for (const scope of [
      { rows: 'team', id: 'team_1' },
      { rows: 'principal', id: 'p_1' },
    ] as const) {
      for (const filter of [{ keyId: 'busy' }, { requestId: 'shared' }, { keyId: 'busy', requestId: 'shared' }]) {
        const { ids, sizes } = await pagesOf(database, { ...TIMES, ...filter }, { scope });
        const unknown = await pagesOf(database, { ...TIMES, keyId: 'none', requestId: 'none' }, { scope });
        expect([filter, ids, sizes]).toEqual([filter, unknown.ids, unknown.sizes]);
      }
    }
    expect((await pagesOf(database, { ...TIMES, keyId: 'busy' }, { limit: 1_000 })).ids).toHaveLength(ROWS / 2);
  });
});
