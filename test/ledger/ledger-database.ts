import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { GatewayConfig, type LedgerConfig } from '../../src/config/gateway-config.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import { LedgerMetrics } from '../../src/ledger/writer/ledger-metrics.ts';
import { LedgerService } from '../../src/ledger/ledger.service.ts';

/** A running ledger with its metrics and what it printed. */
export interface TestLedger {
  ledger: LedgerService;
  folder: string;
  printed: string[];
  metric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number>;
}

const folders: string[] = [];
const running = new Set<LedgerService>();

afterAll(async () => {
  await Promise.all([...running].map(endLedger));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

export async function journalFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-ledger-'));
  folders.push(folder);
  return folder;
}

/** Starts a ledger on a database, with an empty journal unless a folder is given. The end of the file stops it. */
export async function startTestLedger(
  database: DatabaseService,
  settings: Partial<LedgerConfig> = {},
): Promise<TestLedger> {
  const config = new GatewayConfig();
  const folder = settings.journalFolder ?? (await journalFolder());
  Object.assign(config.ledger, { ...settings, journalFolder: folder });
  const registry = new Registry();
  const printed: string[] = [];
  const metrics = new LedgerMetrics(registry);
  const ledger = new LedgerService({ config, database, metrics, print: (text) => printed.push(text) });
  await ledger.start();
  running.add(ledger);
  return {
    ledger,
    folder,
    printed,
    metric: async (name, labels = {}) => {
      const values = (await registry.getSingleMetric(name)?.get())?.values ?? [];
      const matching = values.filter((value) =>
        Object.entries(labels).every(([label, text]) => (value.labels as Record<string, unknown>)[label] === text),
      );
      return matching.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

export async function stopTestLedger({ ledger }: TestLedger): Promise<void> {
  running.delete(ledger);
  await endLedger(ledger);
}

/** Ends a ledger as the end of the application does. */
async function endLedger(ledger: LedgerService): Promise<void> {
  await ledger.beforeApplicationShutdown();
  await ledger.onApplicationShutdown();
}

/** Runs a statement that reads. Whole numbers are texts in the result. */
export async function readAll(database: DatabaseService, text: string): Promise<Record<string, string | null>[]> {
  const { rows } = await database.query((db) => sql.raw<Record<string, unknown>>(text).execute(db));
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value as string | bigint)]),
    ),
  );
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean>, milliseconds = 20_000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('The condition did not hold in time.');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function countRows(database: DatabaseService, table = 'ledger_row'): Promise<number> {
  return Number((await readAll(database, `select count(*) as count from ${table}`))[0]!['count']);
}
