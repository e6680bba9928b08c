import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { OpenDatabase } from '../connection/database-connection.ts';
import { readSchemaState } from '../migrations/migration-runner.ts';
import { MIGRATIONS } from '../migrations/migrations.ts';
import type { Tables } from '../tables.ts';
import { BACKUP_TABLES, type BackupHeader, type BackupRow, type BackupTable } from './backup-tables.ts';

const BACKUP_SLICE = 1_000;

/** Writes the database to a new file with access for the owner only: lines of JSON, all of the same state. */
export async function writeBackup(database: OpenDatabase, path: string): Promise<BackupHeader> {
  const { current } = await readSchemaState(database, MIGRATIONS);
  const header: BackupHeader = { format: 'outcrop-backup', schema: current, at: new Date().toISOString() };
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  const complete = finished(file);
  complete.catch(() => undefined);
  await once(file, 'open');
  try {
    file.write(`${JSON.stringify(header)}\n`);
    const snapshot = database.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
    await snapshot.execute(async (transaction) => {
      for await (const lines of backupLines(transaction)) {
        if (!file.write(lines)) await Promise.race([once(file, 'drain'), complete]);
      }
    });
  } finally {
    file.end();
  }
  await complete;
  return header;
}

async function* backupLines(transaction: Transaction<Tables>): AsyncGenerator<string, void, undefined> {
  for (const table of Object.keys(BACKUP_TABLES) as BackupTable[]) {
    let last: BackupRow['row'] | undefined;
    do {
      const rows = await rowsAfter(transaction, table, last);
      if (rows.length > 0) yield rows.map((row) => `${JSON.stringify({ table, row } satisfies BackupRow)}\n`).join('');
      last = rows.length < BACKUP_SLICE ? undefined : rows.at(-1);
    } while (last);
  }
}

async function rowsAfter(db: Kysely<Tables>, table: BackupTable, last?: BackupRow['row']): Promise<BackupRow['row'][]> {
  const names: readonly string[] = BACKUP_TABLES[table];
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const values = last && sql.join(names.map((name) => sql`${last[name]}`));
  const condition = values ? sql`where (${columns}) > (${values})` : sql``;
  const statement = sql<
    Record<string, bigint | string | number | null>
  >`select * from ${sql.table(table)} ${condition} order by ${columns} limit ${BACKUP_SLICE}`;
  const { rows } = await statement.execute(db);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
    ),
  );
}
