import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADMIN_KEY, adminSettings, AUDITOR_KEY, TEAM_ADMIN_KEY } from '../../e2e/admin/admin-gateway.ts';
import { startGateway } from '../../support/gateway.ts';
import { startObjectStorage } from '../../support/object-storage.ts';
import { openObjectStore } from '../../../src/ledger/objects/open-object-store.ts';
import { billFolder } from './bill-files.ts';
import { claudeLine, fakeCsv, fakeCsvGz } from './fake-bill.ts';
import { fakeParquet } from './fake-parquet.ts';

const storage = await startObjectStorage();
afterAll(() => storage?.stop());
const withStorage = storage ? it : it.skip;

/** Days of this month before today, so that the months of the command contain them; else of the month before. */
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const MONTH = YESTERDAY.slice(0, 7);
const LINES = [
  claudeLine({ tokens: 1_000_000, usd: '4', what: 'input_tokens_global_standard', day: `${MONTH}-01` }),
  claudeLine({ tokens: 100_000, usd: '20', what: 'output_tokens_global_standard', day: `${MONTH}-01` }),
];

/** Runs `dist/cli/reconcile.js` from the sources. `settings` is the configuration as YAML. */
async function reconcileCommand(settings: string, parameters: string[], environment: Record<string, string> = {}) {
  const folder = await billFolder({ 'gateway.yaml': settings });
  const parts = ['--import', './bench/source-hook.ts', 'src/cli/reconcile.ts', ...parameters];
  const variables = ['PATH', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'];
  const inherited = Object.fromEntries(variables.map((name) => [name, process.env[name] ?? '']));
  const child = spawn(process.execPath, parts, {
    env: { ...inherited, ...environment, GATEWAY_CONFIG: join(folder, 'gateway.yaml') },
  });
  const result = { code: -1, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (result.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (result.stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { ...result, code };
}

describe('the command reconcile', () => {
  it('compares a file, stores the result, and ends with the code of the limit', async () => {
    const folder = await billFolder({ 'bill.csv': fakeCsv(LINES) });
    const settings = `database: { url: 'sqlite:${join(folder, 'gateway.db')}' }\n`;
    const bill = ['--cur', join(folder, 'bill.csv'), '--month', MONTH];
    const drift = await reconcileCommand(settings, [...bill, '--json']);
    expect(drift).toMatchObject({ stderr: '' });
    const report = JSON.parse(drift.stdout) as { days: { list: unknown; causes: { cause: string }[] }[] };
    expect(report.days).toMatchObject([
      { list: { aws: '6', ledger: '0', drift: '6' }, causes: [{ cause: 'other_users' }] },
    ]);
    const isSettled = YESTERDAY > `${MONTH}-04`;
    expect(drift.code).toBe(isSettled ? 1 : 0);
    const csv = await reconcileCommand(settings, [...bill, '--csv']);
    expect(csv.stdout.split('\r\n')[1]).toMatch(
      /^\d{4}-\d\d-01,,111122223333,claude-opus-5-5,\w+,6,0,6,6,0,6,0,other_users,6,/,
    );
    const stored = await reconcileCommand(settings, [...bill, '--store']);
    expect([stored.code, stored.stdout]).toEqual([0, expect.stringContaining('cause other_users: 6 USD')]);
  });

  it('explains a wrong command line and a bill that cannot be read', async () => {
    const settings = `database: { url: 'sqlite:${join(await billFolder({}), 'gateway.db')}' }\n`;
    expect(await reconcileCommand(settings, [])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ledger.reconciliation.cur'),
    });
    expect(await reconcileCommand(settings, ['--month', '2026-13'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('usage:'),
    });
    const folder = await billFolder({ 'bill.csv': 'a,b\n' });
    const wrong = await reconcileCommand(settings, ['--cur', folder, '--month', MONTH]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('bill.csv: The file lacks the columns') });
    expect(wrong.stderr).not.toContain('usage:');
  });

  it('reads the sums of a running gateway with SQLite from the admin API, whose roles may read the result', async () => {
    const folder = await billFolder({ 'bill.csv': fakeCsv(LINES) });
    const url = `sqlite:${join(folder, 'gateway.db')}`;
    const gateway = await startGateway(adminSettings(url, `ledger: { journalFolder: '${join(folder, 'journal')}' }\n`));
    const environment = { OUTCROP_ADMIN_URL: gateway.url, OUTCROP_ADMIN_KEY: AUDITOR_KEY };
    const bill = ['--cur', folder, '--month', MONTH];
    const read = await reconcileCommand(
      `database: { url: '${url}', timeoutMs: 5000 }\n`,
      [...bill, '--json'],
      environment,
    );
    expect(read.stderr).toBe('');
    expect(JSON.parse(read.stdout)).toMatchObject({ bill: { bedrockLines: 2 }, days: [{ list: { drift: '6' } }] });
    const stored = await reconcileCommand(
      `database: { url: '${url}', timeoutMs: 5000 }\n`,
      [...bill, '--store'],
      environment,
    );
    expect(stored).toMatchObject({ code: 2, stderr: expect.stringContaining('stores once a day by itself') });
    const statusOf = async (path: string, key: string): Promise<number> =>
      (await gateway.send(`/admin/v1/reconciliation${path}`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await statusOf('', ADMIN_KEY)).toBe(200);
    expect(await statusOf('', TEAM_ADMIN_KEY)).toBe(403);
    expect(await statusOf('/2026-11', AUDITOR_KEY)).toBe(404);
    expect(await statusOf('/november', AUDITOR_KEY)).toBe(400);
    expect(await statusOf(`/ledger/${YESTERDAY}`, AUDITOR_KEY)).toBe(200);
    expect(await statusOf('/ledger/2026-11-99', AUDITOR_KEY)).toBe(400);
    await gateway.close();
    await rm(folder, { recursive: true, force: true });
  });

  withStorage('reads exports in S3, as CSV and Parquet, of the month only', async () => {
    await storage!.reset();
    await storage!.createBucket('billing');
    const store = await openObjectStore('s3://billing/cur/outcrop', { endpoint: storage!.endpoint, pathStyle: true });
    const period = `data/BILLING_PERIOD=${MONTH}`;
    await store.put(`${period}/outcrop-00001.csv.gz`, fakeCsvGz([LINES[0]!]));
    await store.put(`${period}/outcrop-00002.parquet`, fakeParquet([LINES[1]!]));
    await store.put('data/BILLING_PERIOD=2025-01/outcrop-00001.csv.gz', fakeCsvGz(LINES));
    await store.put(`metadata/BILLING_PERIOD=${MONTH}/outcrop-Manifest.json`, Buffer.from('{}'));
    const folder = await billFolder({});
    const settings =
      `database: { url: 'sqlite:${join(folder, 'gateway.db')}' }\n` +
      `ledger: { reconciliation: { cur: 's3://billing/cur/outcrop', endpoint: '${storage!.endpoint}', pathStyle: true } }\n`;
    const read = await reconcileCommand(settings, ['--json']);
    expect(read.stderr).toBe('');
    expect(JSON.parse(read.stdout)).toMatchObject({
      bill: { files: 2, bedrockLines: 2 },
      days: [{ list: { aws: '6' } }],
    });
    await writeFile(join(folder, 'none'), '');
    const missing = await reconcileCommand(settings, ['--month', '2024-01']);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('for 2024-01') });
    store.close();
  });
});
