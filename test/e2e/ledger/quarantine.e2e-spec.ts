import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { DatabaseService } from '../../../src/database/database.service.ts';
import type { LedgerRow } from '../../../src/ledger/rows/ledger-row.ts';
import { describeSqlite } from '../../database/databases.ts';
import { countRows, readAll } from '../../ledger/ledger-database.ts';
import { ledgerRow } from '../../ledger/ledger-rows.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { admin, ADMIN_KEY, AUDITOR_KEY, startAdminGateway, TEAM_ADMIN_KEY, within } from '../admin/admin-gateway.ts';
import { runCommand } from '../admin-cli/admin-terminal.ts';

const DAY_MS = 86_400_000;

describeSqlite('rows in quarantine', (test) => {
  let gateway: TestGateway;
  let database: DatabaseService;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outcrop-quarantine-'));
    gateway = await startAdminGateway(await test.createDatabase(), `ledger: { journalFolder: '${folder}' }`);
    database = gateway.app.get(DatabaseService, { strict: false });
    await within(async () => (await admin(gateway, 'PUT /teams/search', { body: {} })).status, 200, 20_000);
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => database.query((db) => db.deleteFrom('ledger_quarantine').execute()));

  /** Puts contents into quarantine. Returns their ids. */
  async function keep(contents: readonly (LedgerRow | string)[], reason = 'refused'): Promise<string[]> {
    const entries = contents.map((content, index) => ({
      id: typeof content === 'string' ? `hash${index}` : content.id,
      day: typeof content === 'string' ? '' : content.day,
      reason,
      detail: 'a constraint',
      content: typeof content === 'string' ? content : JSON.stringify(content),
      at: new Date().toISOString(),
    }));
    await database.query((db) => db.insertInto('ledger_quarantine').values(entries).execute());
    return entries.map(({ id }) => id);
  }

  const run = (...parts: string[]) => runCommand(parts, { url: gateway.url, key: ADMIN_KEY });

  it('are listed in pages with their reason, and shown with their content', async () => {
    const rows = [ledgerRow(), ledgerRow(), ledgerRow()];
    const ids = await keep(rows);
    const first = await admin(gateway, 'GET /quarantine?limit=2', { key: AUDITOR_KEY });
    expect(first.body.data).toHaveLength(2);
    const second = await admin(gateway, `GET /quarantine?limit=2&after=${first.body.next}`, { key: AUDITOR_KEY });
    expect(second.body).toMatchObject({ has_more: false, next: null });
    const found = [...first.body.data, ...second.body.data] as unknown as { id: string }[];
    expect(found.map(({ id }) => id)).toEqual(ids.toSorted());
    expect(found[0]).toEqual(expect.objectContaining({ reason: 'refused', detail: 'a constraint' }));
    expect(found[0]).not.toHaveProperty('content');
    const { body } = await admin(gateway, `GET /quarantine/${ids[1]}`, { key: AUDITOR_KEY });
    expect(body).toMatchObject({ id: ids[1], content: JSON.stringify(rows[1]) });
    expect((await admin(gateway, 'GET /quarantine?reason=old')).body.data).toEqual([]);
    expect((await admin(gateway, 'GET /quarantine', { key: TEAM_ADMIN_KEY })).status).toBe(403);
    const listed = await run('quarantine', 'list');
    expect(listed.output).toContain(ids[2]);
  });

  it('count into the sums once when they are written again, also if the ledger has them', async () => {
    const rows = [ledgerRow({ team: 'of-retry' }), ledgerRow({ team: 'of-retry' })];
    const ids = await keep(rows);
    const one = await admin(gateway, `POST /quarantine/${ids[0]}/retry`, { body: {} });
    expect(one.body).toEqual({ id: ids[0], outcome: 'written' });
    await keep([rows[0]!]);
    const all = await run('quarantine', 'retry', '--all');
    expect([all.code, all.output]).toEqual([0, '1 written, 1 in the ledger before, 0 kept\n']);
    expect(await countRows(database, 'ledger_quarantine')).toBe(0);
    const sums = "select requests from ledger_rollup where dimension = 'team' and member = 'of-retry'";
    expect(await readAll(database, sums)).toEqual([{ requests: '2' }]);
    const { body } = await admin(gateway, 'GET /audit?limit=1000');
    const retries = body.data.filter(({ action }) => action === 'ledger.quarantine.retry');
    expect(retries).toHaveLength(3);
  });

  it('stay with the reason of the new attempt if it fails', async () => {
    const [old, text, poisoned] = await keep(
      [ledgerRow({ at: Date.now() - 400 * DAY_MS }), 'not a row', ledgerRow({ team: 'of-kept' })],
      'future',
    );
    const refusal =
      "create trigger refused before insert on ledger_row when new.team_id = 'of-kept' begin select raise(abort, 'refused'); end";
    await database.query((db) => sql.raw(refusal).execute(db));
    const result = await run('quarantine', 'retry', old!, text!, poisoned!);
    expect([result.code, result.output]).toEqual([1, '0 written, 0 in the ledger before, 3 kept\n']);
    const entries = await readAll(database, 'select id, reason from ledger_quarantine');
    expect(new Map(entries.map(({ id, reason }) => [id, reason]))).toEqual(
      new Map([
        [old, 'old'],
        [text, 'invalid'],
        [poisoned, 'refused'],
      ]),
    );
  });

  it('are deleted by drop, with an entry of the audit', async () => {
    const [first, second] = await keep([ledgerRow(), ledgerRow()]);
    expect((await admin(gateway, `DELETE /quarantine/${first}`, { key: AUDITOR_KEY })).status).toBe(403);
    expect((await admin(gateway, `DELETE /quarantine/${first}`)).body).toEqual({ id: first, dropped: true });
    expect((await admin(gateway, `DELETE /quarantine/${first}`)).status).toBe(404);
    expect((await admin(gateway, `POST /quarantine/${first}/retry`, { body: {} })).status).toBe(404);
    expect((await run('quarantine', 'drop')).code).toBe(2);
    expect((await run('quarantine', 'drop', second!)).output).toBe('1 dropped\n');
    expect(await countRows(database, 'ledger_quarantine')).toBe(0);
    const { body } = await admin(gateway, 'GET /audit?limit=1000');
    expect(body.data.filter(({ action }) => action === 'ledger.quarantine.drop')).toHaveLength(2);
  });
});
