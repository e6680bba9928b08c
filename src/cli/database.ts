/**
 * Commands for the database: `npm run database:migrate`, `database:check`, `database:backup -- FILE` and
 * `database:restore -- FILE`, or in the image `dist/cli/database.js COMMAND`. A running gateway keeps a file of SQLite locked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { writeBackup } from '../database/backup/write-backup.ts';
import type { DatabaseConfig } from '../config/gateway-config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { OpenDatabase } from '../database/connection/database-connection.ts';
import { DatabaseUnavailableError } from '../database/database-unavailable-error.ts';
import { migrate, readSchemaState } from '../database/migrations/migration-runner.ts';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { openDatabase } from '../database/opening/open-database.ts';
import { restoreGovernance } from '../governance/maintenance/restore-governance.ts';

/** Milliseconds between two attempts to open a file of SQLite that another process uses. */
const LOCK_RETRY_MS = 250;

const SKIP_IF_UNAVAILABLE = '--skip-if-unavailable';

const databaseUsage = `usage: database.js migrate [${SKIP_IF_UNAVAILABLE}] | check | backup FILE | restore FILE
  migrate  brings the schema up to date. With ${SKIP_IF_UNAVAILABLE}, succeeds without a change if the database cannot
           be used, for a gateway that changes the schema itself (database.migrations: start)
  check    prints the schema; exits with 1 if migrations are missing
  backup   writes teams, keys, principals and audit to a new file
  restore  replaces all of them by a backup, and prints the keys that become valid again
`;

type DatabaseCommand = (database: OpenDatabase) => Promise<string[]>;

/** Finds a command before the database is opened. Throws for an unknown one and for missing or further arguments. */
function commandOf([name = '', file, ...rest]: readonly string[]): DatabaseCommand {
  const isComplete = name === 'backup' || name === 'restore' ? file !== undefined : file === undefined;
  if (!isComplete || rest.length > 0)
    throw new Error(`The arguments are not complete or too many.\n\n${databaseUsage}`);
  switch (name) {
    case 'migrate':
      return migrateReport;
    case 'check':
      return checkReport;
    case 'backup':
      return (database) => backupReport(database, file!);
    case 'restore':
      return (database) => restoreReport(database, file!);
    default:
      throw new Error(`Unknown command.\n\n${databaseUsage}`);
  }
}

async function migrateReport(database: OpenDatabase): Promise<string[]> {
  const applied = await migrate(database, MIGRATIONS);
  if (applied.length === 0) return ['The schema is up to date.'];
  return applied.map(({ number, name }) => `Applied ${number} ${name}`);
}

async function checkReport(database: OpenDatabase): Promise<string[]> {
  const { current, pending } = await readSchemaState(database, MIGRATIONS);
  if (pending.length > 0) process.exitCode = 1;
  return [`Schema ${current}`, ...pending.map(({ number, name }) => `Missing: ${number} ${name}`)];
}

async function backupReport(database: OpenDatabase, file: string): Promise<string[]> {
  const { at } = await writeBackup(database, file);
  return [`Wrote the state of ${at} to ${file}. The file contains hashes of keys, emails and names: keep it private.`];
}

async function restoreReport(database: OpenDatabase, file: string): Promise<string[]> {
  const { auditHead, epoch, header, revived } = await restoreGovernance(database, file);
  return [
    `Restored the state of ${header.at}. Epoch ${epoch}. Audit entry ${auditHead.sequence}, hash ${auditHead.hash}.`,
    revived.length === 0
      ? 'No key of the backup was disabled, revoked or removed since then.'
      : 'These keys were not valid before the restore, and are valid now. Revoke them again:',
    ...revived.map(({ id, name, state }) => `  ${name} (${id}) was ${state}`),
  ];
}

/** Opens the database. Waits up to `database.timeoutMs` for another process that uses a file of SQLite. */
async function openWhenFree(settings: DatabaseConfig): Promise<OpenDatabase> {
  const deadline = performance.now() + settings.timeoutMs;
  for (;;) {
    try {
      return await openDatabase(settings);
    } catch (error) {
      if ((error as Error).name !== 'SqliteLockedError' || performance.now() > deadline) throw error;
      await sleep(LOCK_RETRY_MS);
    }
  }
}

function describeFailure(error: Error): string {
  const { cause } = error;
  const message = error instanceof DatabaseUnavailableError ? error.reason : error.message;
  return `${message}${cause instanceof Error ? ` (${cause.message})` : ''}`;
}

const [command = '', ...given] = process.argv.slice(2);
if ([command, ...given].includes('--help')) {
  process.stdout.write(databaseUsage);
  process.exit(0);
}
const isSkippable = command === 'migrate' && given[0] === SKIP_IF_UNAVAILABLE;
try {
  const run = commandOf([command, ...given.slice(isSkippable ? 1 : 0)]);
  const { database: settings } = loadConfig(process.env);
  if (settings.url === undefined) throw new Error('database.url is not set.');
  const database = await openWhenFree(settings);
  try {
    process.stdout.write(`${(await run(database)).join('\n')}\n`);
  } finally {
    await database.close();
  }
} catch (error) {
  if (isSkippable && error instanceof DatabaseUnavailableError) {
    process.stdout.write('The schema was not checked, because the database cannot be used.\n');
  } else process.exitCode = 1;
  process.stderr.write(`${describeFailure(error as Error)}\n`);
}
