/**
 * The thread of SQLite, because `node:sqlite` blocks its thread. It runs one statement after the other. In tests, Node runs
 * this source file without compiling it, so the file contains no decorators and no enums.
 */
import { backup, DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import type { SqliteFailure, SqliteReply, SqliteRequest, SqliteResult } from './sqlite-message.ts';

const NO_ROWS: SqliteResult = { rows: [] };
let database: DatabaseSync | undefined;

/**
 * Opens the file and keeps its lock. `locking_mode=EXCLUSIVE` keeps the lock of the operating system until the process
 * ends, however it ends, so no lock is left behind.
 */
function open(path: string, busyTimeoutMs: number): SqliteResult {
  database?.close();
  database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  // A change that was answered survives a loss of power.
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA trusted_schema = OFF');
  // The lock is taken by the first change.
  database.exec('BEGIN IMMEDIATE');
  database.exec('COMMIT');
  return NO_ROWS;
}

function run({ sql, parameters }: Extract<SqliteRequest, { kind: 'run' }>): SqliteResult {
  const statement = opened().prepare(sql);
  statement.setReadBigInts(true);
  if (statement.columns().length > 0) return { rows: statement.all(...parameters) };
  return { rows: [], changes: BigInt(statement.run(...parameters).changes) };
}

function opened(): DatabaseSync {
  if (!database) throw new Error('The database is not open.');
  return database;
}

async function resultOf(request: SqliteRequest): Promise<SqliteResult> {
  switch (request.kind) {
    case 'open':
      return open(request.path, request.busyTimeoutMs);
    case 'run':
      return run(request);
    case 'backup':
      await backup(opened(), request.path);
      return NO_ROWS;
    case 'close':
      database?.close();
      database = undefined;
      return NO_ROWS;
    default:
      throw new Error(`Unknown request ${JSON.stringify(request satisfies never)}`);
  }
}

function sqliteFailureOf(error: unknown): SqliteFailure {
  const { message, errcode } = error as Error & { errcode?: number };
  return { message, resultCode: errcode };
}

parentPort?.on('message', (request: SqliteRequest) => {
  const { id } = request;
  const reply = (message: SqliteReply): void => parentPort?.postMessage(message);
  resultOf(request).then(
    (result) => reply({ id, result }),
    (error: unknown) => reply({ id, failure: sqliteFailureOf(error) }),
  );
});
