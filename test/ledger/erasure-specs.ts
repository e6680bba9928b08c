import type { DatabaseService } from '../../src/database/database.service.ts';
import { PrincipalErasure } from '../../src/ledger/erasure/principal-erasure.ts';
import { ReportingZone } from '../../src/ledger/rollups/reporting-zone.ts';
import { LedgerStore } from '../../src/ledger/writer/ledger-store.ts';
import type { TestDatabase } from '../database/databases.ts';
import { readAll } from './ledger-database.ts';
import { ledgerRow } from './ledger-rows.ts';
import { SEARCH_DAY, writeRows } from './search-specs.ts';

const LONG = 60_000;
const SUMS =
  'sum(requests) as requests, sum(input_tokens) as tokens, sum(list_cost) as list, sum(contract_cost) as cost';
const TOTALS = `select dimension, period, model, ${SUMS} from ledger_rollup group by dimension, period, model order by dimension, period, model`;
const OF_ROWS = `select principal_id as member, ${SUMS} from ledger_row group by principal_id order by principal_id`;
const OF_SUMS = (dimension: string): string =>
  `select member, ${SUMS} from ledger_rollup where dimension = '${dimension}' group by member order by member`;

/** Returns `count` rows of a principal before now, over some days. */
function rowsOf(principal: string, count: number, before = 1_000) {
  return Array.from({ length: count }, (_row, index) =>
    ledgerRow({ at: Date.now() - before - (index % 5) * SEARCH_DAY - index, principal }),
  );
}

/** Returns everything in the database that contains a text. */
async function occurrences(database: DatabaseService, text: string): Promise<string[]> {
  const tables = ['ledger_row', 'ledger_line', 'ledger_rollup', 'ledger_quarter_hour', 'ledger_quarantine'];
  const found: string[] = [];
  for (const table of tables) {
    const rows = await readAll(database, `select * from ${table}`);
    found.push(
      ...rows.filter((row) => JSON.stringify(row).includes(text)).map((row) => `${table} ${JSON.stringify(row)}`),
    );
  }
  return found;
}

/** Declares the specs of erasure, for any database. `rows` is the number of rows of the principal. */
export function erasureSpecs(test: TestDatabase, rows: number): void {
  let database: DatabaseService;
  let erasure: PrincipalErasure;
  beforeEach(async () => {
    database = await test.connect();
    erasure = new PrincipalErasure(database);
    await writeRows(database, [...rowsOf('p_one', rows), ...rowsOf('p_two', 20), ...rowsOf('p_one_more', 20)]);
  });

  it('removes a principal from rows, sums and quarantine, and changes no sum', async () => {
    const store = new LedgerStore(database, new ReportingZone('UTC'));
    const content = (principal: string) => JSON.stringify(ledgerRow({ principal }));
    const kept = { day: '2026-01-01', reason: 'old', detail: '' };
    await store.quarantine([
      { id: 'a', content: content('p_one'), ...kept },
      { id: 'b', content: content('p_two'), ...kept },
      { id: 'c', content: 'not JSON "principal":"p_one"', ...kept },
    ]);
    const totals = await readAll(database, TOTALS);
    expect(await erasure.find('p_one')).toBe('present');
    await erasure.request('p_one');
    const done = await erasure.run('p_one', LONG);
    expect(done).toMatchObject({ rows, quarantined: 2, isComplete: true });
    expect(done.sums).toBeGreaterThan(5);
    expect((await occurrences(database, 'p_one')).filter((each) => !each.includes('p_one_more'))).toEqual([]);
    expect((await occurrences(database, 'p_two')).length).toBeGreaterThan(20);
    expect(await readAll(database, TOTALS)).toEqual(totals);
    expect(await readAll(database, OF_SUMS('principal'))).toEqual(await readAll(database, OF_ROWS));
    expect(await readAll(database, OF_SUMS('principal_month'))).toEqual(await readAll(database, OF_ROWS));
    // A second principal adds to the sums of the first one.
    await erasure.request('p_two');
    await erasure.run('p_two', LONG);
    expect(await readAll(database, TOTALS)).toEqual(totals);
    expect(await readAll(database, OF_SUMS('principal'))).toEqual(await readAll(database, OF_ROWS));
  });

  it('is repeated for rows that arrive late, and continues after its time', async () => {
    await erasure.request('p_one');
    expect(await erasure.run('p_one', 0)).toEqual({ rows: 0, sums: 0, quarantined: 0, isComplete: false });
    expect((await erasure.run('p_one', LONG)).isComplete).toBe(true);
    expect(await erasure.find('p_one')).toBe('requested');
    await writeRows(database, rowsOf('p_one', 3, 2_000));
    await erasure.runIfDue();
    expect(await readAll(database, "select id from ledger_row where principal_id = 'p_one'")).toEqual([]);
    expect(await readAll(database, "select member from ledger_rollup where member = 'p_one'")).toEqual([]);
    const week = new Date(Date.now() - 9 * SEARCH_DAY).toISOString();
    await database.query((db) => db.updateTable('ledger_erasure').set({ requested_at: week }).execute());
    await database.query((db) => db.deleteFrom('maintenance_task').execute());
    await erasure.runIfDue();
    expect(await readAll(database, 'select * from ledger_erasure')).toEqual([]);
    expect(await erasure.find('p_one')).toBe('absent');
  });

  it('keeps the requests of a person who has returned', async () => {
    await erasure.request('p_one');
    await erasure.run('p_one', LONG);
    const returned = ledgerRow({ at: Date.now() + 5_000, principal: 'p_one' });
    await writeRows(database, [returned, ...rowsOf('p_one', 10, 3_000)]);
    expect(await erasure.run('p_one', LONG)).toMatchObject({ rows: 10, isComplete: true });
    const left = await readAll(database, "select id from ledger_row where principal_id = 'p_one'");
    expect(left).toEqual([{ id: returned.id }]);
    const sums = await readAll(
      database,
      "select period from ledger_rollup where dimension = 'principal' and member = 'p_one'",
    );
    expect(sums).toEqual([{ period: returned.day }]);
  });

  it('loses no sum to a writer that works at the same time', async () => {
    await erasure.request('p_one');
    const state = { isDone: false };
    const writing = (async () => {
      let written = 0;
      while (!state.isDone && written < 300) {
        await writeRows(database, rowsOf('p_one', 5, 5_000));
        written += 5;
      }
      return written;
    })();
    await erasure.run('p_one', LONG);
    state.isDone = true;
    const written = await writing;
    await erasure.run('p_one', LONG);
    const [sum] = await readAll(database, OF_SUMS('principal').replace('group by', "and member = 'erased' group by"));
    expect(sum).toMatchObject({ member: 'erased', requests: String(rows + written) });
  });
}
