/**
 * Commands for the ledger: `npm run ledger:import -- FILE…`, or in the image `dist/cli/ledger.js import FILE…`.
 */
import type { GatewayConfig } from '../config/gateway-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { DatabaseService } from '../database/database.service.ts';
import { DatabaseUnavailableError } from '../database/database-unavailable-error.ts';
import { openWithSchema } from '../database/opening/open-with-schema.ts';
import { importRows } from '../ledger/import/import-rows.ts';
import { databaseTarget, type ImportTarget, journalTarget } from '../ledger/import/import-target.ts';

const ledgerUsage = `usage: ledger.js import FILE…
  import  writes the rows of logs and of journals to the database. Rows that it has are skipped. If a running gateway uses the
          file of SQLite, the rows go to its journal, from which it takes them within a minute
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

const [command, ...files] = process.argv.slice(2);
if (command !== 'import' || files.length === 0) {
  process.stderr.write(ledgerUsage);
  process.exitCode = 1;
} else {
  try {
    await importFiles(loadConfig(process.env), files);
  } catch (error) {
    process.exitCode = 1;
    const message = error instanceof DatabaseUnavailableError ? error.reason : (error as Error).message;
    process.stderr.write(`${message}\n`);
  }
}
