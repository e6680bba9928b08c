import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import { DatabaseUnavailableError } from '../database-unavailable-error.ts';
import type { OpenDatabase, StatementLimits } from '../connection/database-connection.ts';
import type { Tables } from '../tables.ts';
import { SqliteDriver, sqliteDialect } from './sqlite-dialect.ts';
import { SqliteThread } from './sqlite-thread.ts';

/** Another process uses the file. */
export class SqliteLockedError extends Error {
  override readonly name = 'SqliteLockedError';
}

/** SQLite, with a copy of the whole file as its backup. */
export interface OpenSqlite extends OpenDatabase {
  dialect: 'sqlite';
  backup(path: string): Promise<void>;
}

/**
 * Opens a file of SQLite, and creates it with its folder if absent. Throws SqliteLockedError if another process uses it,
 * DatabaseUnavailableError if it cannot be opened.
 */
export async function openSqlite(path: string, limits: StatementLimits): Promise<OpenSqlite> {
  createFile(path);
  const thread = new SqliteThread(limits);
  try {
    await thread.open(path);
  } catch (error) {
    await thread.end();
    if (error instanceof DatabaseUnavailableError && error.failure === 'locked') throw lockedError(path);
    throw error;
  }
  writeHolder(path);
  const driver = new SqliteDriver(thread, limits);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(driver) });
  return {
    dialect: 'sqlite',
    db,
    limits,
    poolUse: () => ({ used: driver.isBusy ? 1 : 0, idle: driver.isBusy ? 0 : 1, waiting: driver.waiting }),
    backup: (target) => thread.backup(target),
    close: async () => {
      const wasOpen = !thread.hasEnded;
      // The file of a holder that lost its thread stays, because the process still has the lock.
      if (wasOpen) rmSync(holderFile(path), { force: true });
      await thread.end();
    },
  };
}

/** Creates the file with access for the owner only. The files beside it take the same mode from SQLite. */
function createFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // An existing file is not opened here: closing it would release the locks of this process.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new DatabaseUnavailableError('connection', error);
  }
}

/** Returns the path of the file that names the holder. The lock itself is that of the database's file. */
function holderFile(path: string): string {
  return `${path}.lock`;
}

function writeHolder(path: string): void {
  const holder = { host: hostname(), process: process.pid, since: new Date().toISOString() };
  try {
    writeFileSync(holderFile(path), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  } catch {
    // A full disk: only the message of a second process is less precise.
  }
}

function lockedError(path: string): SqliteLockedError {
  return new SqliteLockedError(
    `${path} is used by ${holderOf(path)}; this is process ${process.pid} on host ${hostname()}. SQLite serves one gateway: stop the other one, use its admin API, or set database.url to PostgreSQL.`,
  );
}

/** Returns the process that has the lock. The file may name an earlier one, if another program has the lock now. */
function holderOf(path: string): string {
  try {
    const { host, process: id } = JSON.parse(readFileSync(holderFile(path), 'utf8')) as Record<string, unknown>;
    const isEnded = host === hostname() && typeof id === 'number' && !isRunning(id);
    return isEnded ? 'another process' : `process ${String(id)} on host ${String(host)}`;
  } catch {
    return 'another process';
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
