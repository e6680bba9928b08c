import { type DatabaseFailure, DatabaseUnavailableError } from '../database-unavailable-error.ts';
import type { SqliteFailure } from './sqlite-message.ts';

/** Primary result codes of conditions outside of the statement, https://sqlite.org/rescode.html. */
const FAILURES_BY_RESULT_CODE: Readonly<Record<number, DatabaseFailure>> = {
  3: 'connection', // SQLITE_PERM
  5: 'locked', // SQLITE_BUSY
  6: 'locked', // SQLITE_LOCKED
  8: 'read_only', // SQLITE_READONLY
  10: 'connection', // SQLITE_IOERR
  11: 'connection', // SQLITE_CORRUPT
  13: 'full', // SQLITE_FULL
  14: 'connection', // SQLITE_CANTOPEN
  22: 'full', // SQLITE_NOLFS
  26: 'connection', // SQLITE_NOTADB
};

/** An error of a statement, with the extended result code of SQLite. */
export class SqliteStatementError extends Error {
  override readonly name = 'SqliteStatementError';
  readonly resultCode?: number;

  constructor({ message, resultCode }: SqliteFailure) {
    super(message);
    this.resultCode = resultCode;
  }
}

/** Converts an error of SQLite. */
export function sqliteError(failure: SqliteFailure): Error {
  const error = new SqliteStatementError(failure);
  const { resultCode } = failure;
  const reason = resultCode === undefined ? undefined : FAILURES_BY_RESULT_CODE[resultCode % 256];
  return reason === undefined ? error : new DatabaseUnavailableError(reason, error);
}
