import { DatabaseService } from '../../../src/database/database.service.ts';
import { ReportingZone } from '../../../src/ledger/rollups/reporting-zone.ts';
import { LedgerStore } from '../../../src/ledger/writer/ledger-store.ts';
import { runAdmin } from '../../../src/cli/run-admin.ts';
import { describeSqlite } from '../../database/databases.ts';
import { ledgerLine, ledgerRow } from '../../ledger/ledger-rows.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { admin, ADMIN_KEY, AUDITOR_KEY, startAdminGateway } from './admin-gateway.ts';

const AT = Date.parse('2026-10-05T10:00:00Z');
const ROW = ledgerRow({ at: AT, listCostNano: 600_000, contractCostNano: 540_000, lines: [ledgerLine({ at: AT })] });

describeSqlite('/admin/v1/ledger', (test) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startAdminGateway(await test.createDatabase());
    const database = gateway.app.get(DatabaseService, { strict: false });
    await new LedgerStore(database, new ReportingZone('UTC')).write([ROW]);
  });
  afterAll(() => gateway.close());

  async function command(...parts: string[]): Promise<{ code: number; text: string }> {
    const output: string[] = [];
    const code = await runAdmin(parts, {
      environment: { OUTCROP_ADMIN_URL: gateway.url, OUTCROP_ADMIN_KEY: ADMIN_KEY },
      print: (text: string) => void output.push(text),
      report: (text: string) => void output.push(text),
      isOutputTerminal: false,
      isErrorTerminal: false,
    });
    return { code, text: output.join('') };
  }

  it('closes a month once, by the role admin only, and the audit has the hash', async () => {
    const close = 'POST /ledger/months/2026-10/close';
    expect((await admin(gateway, close, { body: {}, key: AUDITOR_KEY })).status).toBe(403);
    const closed = await command('ledger', 'close', '2026-10');
    expect([closed.code, closed.text]).toEqual([0, expect.stringContaining('contract_cost: "540000"')]);
    expect(await admin(gateway, close, { body: {} })).toMatchObject({
      status: 409,
      body: { error: { code: 'invalid_state' } },
    });
    const { body } = await admin(gateway, 'GET /ledger/months/2026-10', { key: AUDITOR_KEY });
    const { manifestHash } = body as unknown as { manifestHash: string };
    expect((await command('ledger', 'months')).text).toContain(manifestHash);
    const audit = await admin(gateway, 'GET /audit?kind=LedgerMonth');
    expect(audit.body.data).toMatchObject([{ action: 'ledger.close', objectId: '2026-10', details: { manifestHash } }]);
    expect(await command('ledger', 'verify', '2026-10')).toEqual({ code: 0, text: '2026-10 is as it was closed.\n' });
  });

  it('corrects a row by an adjustment with a reason, and the audit has it', async () => {
    const adjusted = await command('ledger', 'adjust', ROW.id, '--contract-cost=-0.0004', '--reason', 'credit of AWS');
    expect([adjusted.code, adjusted.text]).toEqual([0, expect.stringContaining(`corrects: ${ROW.id}`)]);
    const { body } = await admin(gateway, 'GET /usage?period=today');
    expect((body as unknown as { totals: { usage: object } }).totals.usage).toMatchObject({
      requests: 0,
      contractCostUsd: '-0.0004',
    });
    const audit = await admin(gateway, 'GET /audit?kind=LedgerRow');
    expect(audit.body.data).toMatchObject([
      { action: 'ledger.adjust', details: { corrects: ROW.id, reason: 'credit of AWS', contractCostUsd: '-0.0004' } },
    ]);
    expect((await command('ledger', 'verify', '2026-10')).code).toBe(0);
  });

  it.each([
    ['corrects', { reason: 'x', contractCostUsd: '1' }],
    ['corrects', { corrects: 'x', reason: 'x', contractCostUsd: '1' }],
    ['reason', { corrects: ROW.id, contractCostUsd: '1' }],
    ['reason', { corrects: ROW.id, contractCostUsd: '1', reason: ' ' }],
    ['contractCostUsd', { corrects: ROW.id, reason: 'x' }],
    ['contractCostUsd', { corrects: ROW.id, reason: 'x', contractCostUsd: '1e3' }],
    ['contractCostUsd', { corrects: ROW.id, reason: 'x', contractCostUsd: 1 }],
    ['listCostUsd', { corrects: ROW.id, reason: 'x', listCostUsd: '0.0000000001' }],
    ['amount', { corrects: ROW.id, reason: 'x', amount: '1' }],
  ])('names %s of an adjustment that is not valid', async (param, body) => {
    expect(await admin(gateway, 'POST /ledger/adjustments', { body })).toMatchObject({
      status: 400,
      body: { error: { param } },
    });
  });

  it('refuses months that have not ended, and texts that are no months', async () => {
    const present = new Date().toISOString().slice(0, 7);
    expect((await command('ledger', 'close', present)).text).toContain('24 hours after its end');
    expect((await admin(gateway, 'GET /ledger/months/2026-09')).status).toBe(404);
    expect((await admin(gateway, 'GET /ledger/months/2026-9')).status).toBe(400);
  });
});
