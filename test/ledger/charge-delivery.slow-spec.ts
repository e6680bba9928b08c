import { execFile } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Registry } from 'prom-client';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import { ChargeDelivery, ExportRunningError } from '../../src/ledger/export/delivery/charge-delivery.ts';
import { ExportMetrics } from '../../src/ledger/export/delivery/export-metrics.ts';
import { ExportSchedule } from '../../src/ledger/export/delivery/export-schedule.ts';
import { ExportState } from '../../src/ledger/export/delivery/export-state.ts';
import { openObjectStore } from '../../src/ledger/objects/open-object-store.ts';
import { LedgerRetention } from '../../src/ledger/retention/ledger-retention.ts';
import { ReportingZone } from '../../src/ledger/rollups/reporting-zone.ts';
import type { LedgerRow } from '../../src/ledger/rows/ledger-row.ts';
import { LedgerStore } from '../../src/ledger/writer/ledger-store.ts';
import { describeDatabases } from '../database/databases.ts';
import { startObjectStorage } from '../support/object-storage.ts';
import { parseCsv, sumOfUsd } from './charge-files.ts';
import { startFailingProxy } from './failing-proxy.ts';
import { readAll } from './ledger-database.ts';
import { ledgerRow } from './ledger-rows.ts';

const HOUR = 3_600_000;
/** A complete hour of today or yesterday, and the ones before. */
const LAST_HOUR = Math.floor((Date.now() - HOUR) / HOUR) * HOUR - HOUR;

const storage = await startObjectStorage();
const withStorage = storage ? it : it.skip;
afterAll(() => storage?.stop());

function settings(more: Partial<GatewayConfig['ledger']['export']> = {}): GatewayConfig {
  const config = new GatewayConfig();
  const { endpoint } = storage!;
  Object.assign(config.ledger.export, {
    url: 's3://exports/outcrop',
    format: 'csv',
    endpoint,
    pathStyle: true,
    ...more,
  });
  return config;
}

async function write(database: DatabaseService, ...rows: LedgerRow[]): Promise<void> {
  await new LedgerStore(database, new ReportingZone('UTC')).write(rows);
}

/** Returns the exported costs by key of the object, in nano-USD. */
async function exportedCosts(config = settings()): Promise<Record<string, bigint>> {
  const { endpoint } = storage!;
  const store = await openObjectStore(config.ledger.export.url!, { endpoint, pathStyle: true });
  const costs: Record<string, bigint> = {};
  for await (const { key } of store.list('')) {
    const charges = parseCsv(await text(await store.get(key)));
    costs[key] = sumOfUsd(charges.map((row) => row['BilledCost']!));
  }
  store.close();
  return costs;
}

/** Runs `dist/cli/ledger.js` from the sources in a separate process. */
async function runLedgerCommand(
  { bucket, endpoint, url }: { bucket: string; endpoint: string; url: string },
  ...parameters: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    PATH: process.env['PATH'],
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    GATEWAY_CONFIG: '/dev/null',
    GATEWAY__DATABASE__URL: url,
    GATEWAY__LEDGER__EXPORT__URL: `s3://${bucket}`,
    GATEWAY__LEDGER__EXPORT__ENDPOINT: endpoint,
    GATEWAY__LEDGER__EXPORT__PATH_STYLE: 'true',
  };
  const parts = ['--import', './bench/source-hook.ts', 'src/cli/ledger.ts', ...parameters];
  return new Promise((resolve) => {
    execFile(process.execPath, parts, { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

function keyOf(at: number): string {
  const hour = new Date(at).toISOString();
  return `csv/dt=${hour.slice(0, 10)}/hour=${hour.slice(11, 13)}/charges.csv`;
}

describeDatabases('the export to S3', (test) => {
  let database: DatabaseService;
  beforeEach(async () => {
    database = await test.connect();
    await storage?.reset();
    await storage?.createBucket('exports');
  });

  withStorage('has one object for each complete hour, and nothing to do after that', async () => {
    await write(
      database,
      ledgerRow({ at: LAST_HOUR }),
      ledgerRow({ at: LAST_HOUR + HOUR - 1 }),
      ledgerRow({ at: LAST_HOUR - 5 * HOUR }),
      ledgerRow({ at: Date.now() }),
    );
    const expected = { [keyOf(LAST_HOUR - 5 * HOUR)]: 540_000n, [keyOf(LAST_HOUR)]: 1_080_000n };
    expect(await new ChargeDelivery(database, settings()).run()).toEqual({
      hours: 2,
      failedHours: 0,
      isComplete: true,
    });
    expect(await exportedCosts()).toEqual(expected);
    expect(await new ChargeDelivery(database, settings()).run()).toEqual({
      hours: 0,
      failedHours: 0,
      isComplete: true,
    });
    expect(await exportedCosts()).toEqual(expected);
  });

  withStorage('replaces the object of an hour that late rows change, and no other', async () => {
    await write(database, ledgerRow({ at: LAST_HOUR }), ledgerRow({ at: LAST_HOUR - HOUR }));
    await new ChargeDelivery(database, settings()).run();
    const repeated = ledgerRow({ at: LAST_HOUR - HOUR + 5 });
    await write(database, repeated);
    await write(database, repeated);
    expect(await new ChargeDelivery(database, settings()).run()).toMatchObject({ hours: 1, isComplete: true });
    expect(await exportedCosts()).toEqual({ [keyOf(LAST_HOUR - HOUR)]: 1_080_000n, [keyOf(LAST_HOUR)]: 540_000n });
  });

  withStorage('continues where S3 went away, and loses nothing', async () => {
    const hours = [5, 4, 3, 2, 1, 0].map((ago) => LAST_HOUR - ago * HOUR);
    await write(database, ...hours.map((at) => ledgerRow({ at })));
    const proxy = await startFailingProxy(storage!.endpoint);
    const config = settings({ endpoint: proxy.url });
    proxy.remaining = 2;
    expect(await new ChargeDelivery(database, config).run()).toEqual({ hours: 2, failedHours: 3, isComplete: false });
    expect(Object.keys(await exportedCosts())).toHaveLength(2);
    proxy.remaining = Infinity;
    // The endpoint is not a part of the destination.
    expect(await new ChargeDelivery(database, config).run()).toEqual({ hours: 4, failedHours: 0, isComplete: true });
    expect(await exportedCosts()).toEqual(Object.fromEntries(hours.map((at) => [keyOf(at), 540_000n])));
    proxy.close();
  });

  withStorage('has a metric with the time since the last complete run', async () => {
    const registry = new Registry();
    const metrics = new ExportMetrics(registry);
    const config = settings();
    const state = new ExportState(database, 'csv s3://exports/outcrop', 184);
    const schedule = new ExportSchedule(database, config, metrics);
    await write(database, ledgerRow({ at: LAST_HOUR }));
    await state.ageSeconds();
    await database.query((db) => db.updateTable('ledger_export_run').set({ enabled_at: 0n }).execute());
    await schedule.tick(new Date('2026-11-30T10:03:00Z'));
    expect(metrics.ageSeconds).toBeGreaterThan(1e9);
    // With SQLite the gateway exports, with PostgreSQL a command does.
    await schedule.tick(new Date('2026-11-30T10:30:00Z'));
    if (database.dialect === 'postgres') await new ChargeDelivery(database, config).run();
    await schedule.tick(new Date('2026-11-30T10:31:00Z'));
    expect(metrics.ageSeconds).toBeLessThan(60);
    expect(await registry.metrics()).toMatch(/^outcrop_ledger_export_age_seconds \d/m);
    expect(Object.keys(await exportedCosts())).toHaveLength(1);
    await schedule.beforeApplicationShutdown();
  });

  withStorage('runs once at a time, and after the lease of a run that was killed', async () => {
    const state = new ExportState(database, 'csv s3://exports/outcrop', 184);
    expect(await state.acquire('killed')).toBe(true);
    await expect(new ChargeDelivery(database, settings()).run()).rejects.toThrow(ExportRunningError);
    await database.query((db) =>
      db
        .updateTable('ledger_export_run')
        .set({ lease_until: BigInt(Date.now() - HOUR) })
        .execute(),
    );
    expect(await new ChargeDelivery(database, settings()).run()).toMatchObject({ isComplete: true });
    expect(await state.renew('killed')).toBe(false);
  });

  withStorage('exports days again on request, and each destination separately', async () => {
    await write(database, ledgerRow({ at: LAST_HOUR }));
    const [day] = new Date(LAST_HOUR).toISOString().split('T') as [string];
    await new ChargeDelivery(database, settings()).run();
    await new ExportState(database, 'csv s3://exports/outcrop', 184).forget(day, day);
    expect(await new ChargeDelivery(database, settings()).run()).toMatchObject({ hours: 1 });
    expect(await new ChargeDelivery(database, settings({ url: 's3://exports/other/' })).run()).toMatchObject({
      hours: 1,
    });
    expect(await new ChargeDelivery(database, settings({ url: 's3://exports/other' })).run()).toMatchObject({
      hours: 0,
    });
  });

  withStorage('does not touch hours whose rows end, and ends with them', async () => {
    const config = settings();
    config.ledger.rowRetentionDays = 10;
    await write(
      database,
      ...[9, 10].map((days) => ledgerRow({ at: LAST_HOUR - days * 24 * HOUR })),
      ledgerRow({ at: LAST_HOUR - 3 * 24 * HOUR }),
    );
    expect(await new ChargeDelivery(database, config).run()).toMatchObject({ hours: 2 });
    config.ledger.rowRetentionDays = 5;
    await new LedgerRetention(database, () => config.ledger).run();
    expect(await readAll(database, 'select hour from ledger_hour')).toHaveLength(1);
    expect(await readAll(database, 'select hour from ledger_export')).toHaveLength(1);
    expect(await new ChargeDelivery(database, config).run()).toMatchObject({ hours: 0 });
    expect(Object.keys(await exportedCosts())).toHaveLength(2);
  });

  withStorage('is a command, which fails if an hour fails', async () => {
    const url = await test.createDatabase();
    const own = await test.connect({ url });
    await write(own, ledgerRow({ at: LAST_HOUR }));
    // A file of SQLite has one process.
    await own.onApplicationShutdown();
    const command = (bucket: string, ...more: string[]) =>
      runLedgerCommand({ url, bucket, endpoint: storage!.endpoint }, 'export', ...more);
    expect(await command('missing')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NoSuchBucket') as string,
    });
    expect(await command('exports')).toMatchObject({ code: 0, stdout: 'Exported 1 hours to s3://exports.\n' });
    expect(await command('exports', '--from', '2026-1-1')).toMatchObject({ code: 1 });
    expect(Object.keys(await exportedCosts(settings({ url: 's3://exports' })))).toHaveLength(1);
  });

  withStorage('keeps hours pending while the database is away', async () => {
    await write(database, ledgerRow({ at: LAST_HOUR }));
    await database.onApplicationShutdown();
    await expect(new ChargeDelivery(database, settings()).run()).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    expect(await exportedCosts()).toEqual({});
  });
});
