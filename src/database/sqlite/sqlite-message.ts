/** A value of a statement. JSON, dates and booleans are converted before. */
export type SqliteValue = string | number | bigint | null | Uint8Array;

/** What the main thread sends to the worker. */
export type SqliteRequest =
  | { id: number; kind: 'open'; path: string; busyTimeoutMs: number }
  | { id: number; kind: 'run'; sql: string; parameters: readonly SqliteValue[] }
  | { id: number; kind: 'backup'; path: string }
  | { id: number; kind: 'close' };

/** The rows of a statement that returns rows, or the number of changed rows. */
export interface SqliteResult {
  rows: Record<string, unknown>[];
  changes?: bigint;
}

/** An error of SQLite. Classes of errors do not survive the way between threads. */
export interface SqliteFailure {
  message: string;
  /** Extended result code, https://sqlite.org/rescode.html. */
  resultCode?: number;
}

export type SqliteReply = { id: number; result: SqliteResult } | { id: number; failure: SqliteFailure };
