/**
 * Commands for the ledger: `npm run ledger:import -- FILE…` and `npm run ledger:export`, or in the image
 * `dist/cli/ledger.js import FILE…` and `dist/cli/ledger.js export`.
 */
import type { GatewayConfig } from '../config/gateway-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { DatabaseService } from '../database/database.service.ts';
import { DatabaseUnavailableError } from '../database/database-unavailable-error.ts';
import { openWithSchema } from '../database/opening/open-with-schema.ts';
import { importRows } from '../ledger/import/import-rows.ts';
import { databaseTarget, type ImportTarget, journalTarget } from '../ledger/import/import-target.ts';
import { exportLedger } from './ledger-export.ts';

const ledgerUsage = `usage: ledger.js import FILE… | export [--from DAY [--to DAY]]
  import  writes the rows of logs and of journals to the database. Rows that it has are skipped. If a running gateway uses the
          file of SQLite, the rows go to its journal, from which it takes them within a minute
  export  writes the charges of each hour to ledger.export.url, as far as it lacks them. With days in UTC, writes all of their
          hours again
`;

async function importFiles(config: GatewayConfig, files: readonly string[]): Promise<void> {
  const { database: settings } = config;
  if (settings.url === undefined) throw new Error('database.url is not set.');
  const database = new DatabaseService(settings, () => openWithSchema(settings));
  try {
    const target = await startTarget(config, database);
    for (const file of files) {
      const { otherLines, rows } = await importRows(file, (slice) => target.take(slice));
      process.stdout.write(`${file}: ${rows} rows, ${otherLines} other lines\n`);
    }
    process.stdout.write(`${await target.finish()}\n`);
  } finally {
    await database.onApplicationShutdown();
  }
}

async function startTarget(config: GatewayConfig, database: DatabaseService): Promise<ImportTarget> {
  try {
    await database.start();
    return databaseTarget(config, database);
  } catch (error) {
    if ((error as Error).name !== 'SqliteLockedError') throw error;
    return journalTarget(config);
  }
}

const [command, ...given] = process.argv.slice(2);
const commands: Readonly<Record<string, (config: GatewayConfig) => Promise<void>>> = {
  ...(given.length > 0 && { import: (config) => importFiles(config, given) }),
  export: (config) => exportLedger(config, given),
};
const runLedgerCommand = commands[command ?? ''];
if (runLedgerCommand === undefined) {
  process.stderr.write(ledgerUsage);
  process.exitCode = 1;
} else {
  try {
    await runLedgerCommand(loadConfig(process.env));
  } catch (error) {
    process.exitCode = 1;
    const message = error instanceof DatabaseUnavailableError ? error.reason : (error as Error).message;
    process.stderr.write(`${message}\n`);
  }
}
