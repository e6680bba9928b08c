/**
 * Commands for the database: `npm run database:migrate`, `database:check`, `database:backup -- FILE` and
 * `database:restore -- FILE`, or in the image `dist/cli/database.js COMMAND`. A running gateway keeps a file of SQLite locked.
 */
import { writeBackup } from '../database/backup/write-backup.ts';
import { restoreBackup } from '../database/backup/restore-backup.ts';
import type { OpenDatabase } from '../database/connection/database-connection.ts';
import { migrate, readSchemaState } from '../database/migrations/migration-runner.ts';
import { MIGRATIONS } from '../database/migrations/migrations.ts';
import { openDatabase } from '../database/opening/open-database.ts';
import { loadConfig } from '../config/load-config.ts';

const databaseUsage = `usage: database.js migrate | check | backup FILE | restore FILE
  migrate  brings the schema up to date
  check    prints the schema; exits with 1 if migrations are missing
  backup   writes teams, keys, principals and audit to a new file
  restore  replaces all of them by a backup, and prints the keys that become valid again
`;

async function runCommand(database: OpenDatabase, command: string, file: string | undefined): Promise<string[]> {
  switch (command) {
    case 'migrate': {
      const applied = await migrate(database, MIGRATIONS);
      return applied.length === 0
        ? ['The schema is up to date.']
        : applied.map(({ number, name }) => `Applied ${number} ${name}`);
    }
    case 'check': {
      const { current, pending } = await readSchemaState(database, MIGRATIONS);
      if (pending.length > 0) process.exitCode = 1;
      return [`Schema ${current}`, ...pending.map(({ number, name }) => `Missing: ${number} ${name}`)];
    }
    case 'backup': {
      const { at } = await writeBackup(database, requiredFile(file));
      return [
        `Wrote the state of ${at} to ${file}. The file contains hashes of keys, emails and names: keep it private.`,
      ];
    }
    case 'restore':
      return restoreReport(database, requiredFile(file));
    default:
      throw new Error(`Unknown command.\n\n${databaseUsage}`);
  }
}

async function restoreReport(database: OpenDatabase, file: string): Promise<string[]> {
  const { epoch, header, revived } = await restoreBackup(database, file);
  return [
    `Restored the state of ${header.at}. Epoch ${epoch}.`,
    revived.length === 0
      ? 'No key of the backup was disabled, revoked or removed since then.'
      : 'These keys were not valid before the restore, and are valid now. Revoke them again:',
    ...revived.map(({ id, name, state }) => `  ${name} (${id}) was ${state}`),
  ];
}

function requiredFile(file: string | undefined): string {
  if (file === undefined) throw new Error(`FILE is missing.\n\n${databaseUsage}`);
  return file;
}

try {
  const [command = '', file] = process.argv.slice(2);
  const { database: settings } = loadConfig(process.env);
  if (settings.url === undefined) throw new Error('database.url is not set.');
  const database = await openDatabase(settings);
  try {
    process.stdout.write(`${(await runCommand(database, command, file)).join('\n')}\n`);
  } finally {
    await database.close();
  }
} catch (error) {
  const { cause, message } = error as Error;
  process.stderr.write(`${message}${cause instanceof Error ? ` (${cause.message})` : ''}\n`);
  process.exitCode = 1;
}
