import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseService } from '../../../src/database/database.service.ts';
import { LedgerStore } from '../../../src/ledger/writer/ledger-store.ts';
import { ReportingZone } from '../../../src/ledger/rollups/reporting-zone.ts';
import { ADMIN_KEY, AUDITOR_KEY, startAdminGateway, TEAM_ADMIN_KEY } from '../admin/admin-gateway.ts';
import { runCommand } from '../admin-cli/admin-terminal.ts';
import { parseCsv, sumOfUsd } from '../../ledger/charge-files.ts';
import { ledgerRows } from '../../ledger/ledger-rows.ts';
import type { TestGateway } from '../../support/gateway.ts';

const START = Date.now() - 86_400_000;
const DAY = new Date(START).toISOString().slice(0, 10);

let folder: string;
let gateway: TestGateway;
let database: DatabaseService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-export-'));
  gateway = await startAdminGateway(`sqlite:${join(folder, 'gateway.db')}`, 'ledger: { enabled: true }');
  database = gateway.app.get(DatabaseService);
  await new LedgerStore(database, new ReportingZone('UTC')).write(ledgerRows(20, START));
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const exported = (query: string, key = AUDITOR_KEY) =>
  gateway.send(`/admin/v1/usage/export?${query}`, { headers: { authorization: `Bearer ${key}` } });

describe('GET /admin/v1/usage/export', () => {
  it.each([
    ['csv', 'text/csv; charset=utf-8'],
    ['parquet', 'application/vnd.apache.parquet'],
  ])('sends the charges of days as %s', async (format, type) => {
    const answer = await exported(`from=${DAY}&to=${DAY}&format=${format}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename=charges-${DAY}-${DAY}.${format}`);
    const content = Buffer.from(await answer.arrayBuffer());
    if (format === 'parquet') expect(content.subarray(-4).toString()).toBe('PAR1');
    else {
      const charges = parseCsv(String(content));
      expect(sumOfUsd(charges.map((row) => row['BilledCost']!))).toBe(20n * 540_000n);
    }
  });

  it.each([
    ['to=2026-11-01', 'from'],
    ['from=2026-11-01', 'to'],
    ['from=2026-02-30&to=2026-03-01', 'from'],
    ['from=2026-11-01T00&to=2026-11-02', 'from'],
    ['from=2026-11-02&to=2026-11-01', 'to'],
    ['from=2026-10-01&to=2026-11-01', 'to'],
    ['from=2026-11-01&to=2026-11-01&format=xlsx', 'format'],
    ['from=2026-11-01&to=2026-11-01&team=a', 'team'],
    ['from=2026-11-01&to=2026-11-01&to=2026-11-02', 'to'],
  ])('rejects %s', async (query, param) => {
    const answer = await exported(query);
    const { error } = (await answer.json()) as { error: { param: string } };
    expect([answer.status, error.param]).toEqual([400, param]);
  });

  it('is for admins and auditors only', async () => {
    const query = `from=${DAY}&to=${DAY}`;
    expect((await exported(query, ADMIN_KEY)).status).toBe(200);
    expect((await exported(query, TEAM_ADMIN_KEY)).status).toBe(403);
  });

  it('is a command, which leaves no partial file', async () => {
    const output = join(folder, 'charges.csv');
    const terminal = { url: gateway.url, key: ADMIN_KEY };
    const run = (...more: string[]) =>
      runCommand(['usage', 'export', '--from', DAY, '--output', output, ...more], terminal);
    expect(await run('--format', 'xlsx')).toMatchObject({ code: 1 });
    expect(await readdir(folder)).not.toContain('charges.csv.part');
    expect(await run()).toMatchObject({ code: 0 });
    const charges = parseCsv(await readFile(output, 'utf8'));
    expect(sumOfUsd(charges.map((row) => row['BilledCost']!))).toBe(20n * 540_000n);
    expect(await runCommand(['usage', 'export', '--from', DAY], terminal)).toMatchObject({ code: 2 });
  });

  it('is a command that fails if the file ends early', async () => {
    const server = createServer((_request, response) => {
      response.write('BilledCost\r\n', () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const output = join(folder, 'cut.csv');
    const result = await runCommand(['usage', 'export', '--from', DAY, '--output', output], { url, key: ADMIN_KEY });
    expect(result).toMatchObject({ code: 1, errors: expect.stringContaining('before the end of the file') as string });
    expect((await readdir(folder)).filter((name) => name.startsWith('cut'))).toEqual([]);
    server.close();
  });

  it('answers 503 while the database is away', async () => {
    await database.onApplicationShutdown();
    for (let index = 0; index < 3; index += 1) {
      const answer = await exported(`from=${DAY}&to=${DAY}`);
      const { error } = (await answer.json()) as { error: { code: string } };
      expect([answer.status, error.code]).toEqual([503, 'database_unavailable']);
    }
  });
});
