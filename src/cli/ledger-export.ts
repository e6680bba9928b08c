import { parseArgs } from 'node:util';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { DatabaseService } from '../database/database.service.ts';
import { openWithSchema } from '../database/opening/open-with-schema.ts';

const DAY_OPTION = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Exports the hours that the destination lacks: `export [--from DAY --to DAY]`. With days, exports all of their hours again. Throws an Error
 * for wrong arguments and if an hour has failed.
 */
export async function exportLedger(config: GatewayConfig, given: readonly string[]): Promise<void> {
  const { from, to } = exportedDays(given);
  const { database: settings, ledger } = config;
  if (settings.url === undefined) throw new Error('database.url is not set.');
  if (ledger.export.url === undefined) throw new Error('ledger.export.url is not set.');
  const { ChargeDelivery, exportStateOf } = await import('../ledger/export/delivery/charge-delivery.ts');
  const database = new DatabaseService(settings, () => openWithSchema(settings));
  const print = (line: unknown): void => void process.stderr.write(`${JSON.stringify(line)}\n`);
  const lines = { log: print, error: print };
  const delivery = new ChargeDelivery(database, config, lines);
  process.once('SIGTERM', () => delivery.stop());
  try {
    await startUnlocked(database);
    if (from !== undefined) await exportStateOf(database, config)?.forget(from, to ?? from);
    const { failedHours, hours, isComplete } = await delivery.run();
    process.stdout.write(`Exported ${hours} hours to ${ledger.export.url}.\n`);
    if (failedHours > 0) throw new Error('At least one hour has failed. The next run exports it again.');
    if (!isComplete) throw new Error('The export ended early. The next run exports the rest.');
  } finally {
    await database.onApplicationShutdown();
  }
}

function exportedDays(given: readonly string[]): { from?: string | undefined; to?: string | undefined } {
  const options = { from: { type: 'string' }, to: { type: 'string' } } as const;
  const { from, to } = parseArgs({ args: [...given], options }).values;
  const wrong = [from, to].find((day) => day !== undefined && !DAY_OPTION.test(day));
  if (wrong !== undefined) throw new Error(`'${wrong}' is not a day such as 2026-11-30.`);
  if (from === undefined && to !== undefined) throw new Error('--to needs --from.');
  return { from, to };
}

async function startUnlocked(database: DatabaseService): Promise<void> {
  try {
    await database.start();
  } catch (error) {
    if ((error as Error).name !== 'SqliteLockedError') throw error;
    throw new Error('A running gateway uses the file of SQLite. It exports each hour by itself.', { cause: error });
  }
}
