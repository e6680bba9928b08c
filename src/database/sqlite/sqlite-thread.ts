import { Worker } from 'node:worker_threads';
import { DatabaseUnavailableError } from '../database-unavailable-error.ts';
import type { StatementLimits } from '../connection/database-connection.ts';
import { sqliteError } from './sqlite-errors.ts';
import type { SqliteReply, SqliteRequest, SqliteResult, SqliteValue } from './sqlite-message.ts';

/** Files of the worker. In tests, it is the source, whose types Node strips; in production, the built file. */
const SQLITE_WORKER = new URL(
  import.meta.url.endsWith('.ts') ? './sqlite-worker.ts' : './sqlite-worker.js',
  import.meta.url,
);
/** Milliseconds for the backup of a whole database. */
const BACKUP_MS = 600_000;

type Unsent<Request> = Request extends SqliteRequest ? Omit<Request, 'id'> : never;

interface WaitingStatement {
  resolve(result: SqliteResult): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * Controls the thread of SQLite from the main thread. A statement without an answer within the limit ends the thread, because
 * all later statements would wait behind it, and the object cannot be used afterwards.
 */
export class SqliteThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, WaitingStatement>();
  private lastId = 0;
  private endedBy?: DatabaseUnavailableError;

  constructor(private readonly limits: StatementLimits) {
    this.worker = new Worker(SQLITE_WORKER, {
      name: 'outcrop-sqlite',
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.worker.unref();
    this.worker.on('message', (reply: SqliteReply) => this.onReply(reply));
    this.worker.on('error', (error: unknown) => this.fail(new DatabaseUnavailableError('connection', error)));
    this.worker.on('exit', () => this.fail(new DatabaseUnavailableError('connection')));
  }

  get hasEnded(): boolean {
    return this.endedBy !== undefined;
  }

  open(path: string): Promise<SqliteResult> {
    const { timeoutMs } = this.limits;
    // SQLite gives up before the thread is ended.
    return this.send({ kind: 'open', path, busyTimeoutMs: Math.min(Math.ceil(timeoutMs / 2), 1_000) }, timeoutMs);
  }

  run(sql: string, parameters: readonly SqliteValue[]): Promise<SqliteResult> {
    return this.send({ kind: 'run', sql, parameters }, this.limits.timeoutMs);
  }

  /** Writes a consistent copy of the database to `path`. */
  async backup(path: string): Promise<void> {
    await this.send({ kind: 'backup', path }, BACKUP_MS);
  }

  /** Closes the file and ends the thread. */
  async end(): Promise<void> {
    if (!this.endedBy) await this.send({ kind: 'close' }, this.limits.timeoutMs).catch(() => undefined);
    this.fail(new DatabaseUnavailableError('connection'));
  }

  private send(request: Unsent<SqliteRequest>, timeoutMs: number): Promise<SqliteResult> {
    return new Promise((resolve, reject) => {
      if (this.endedBy) {
        reject(this.endedBy);
        return;
      }
      const id = ++this.lastId;
      const timer = setTimeout(() => this.fail(new DatabaseUnavailableError('timeout')), timeoutMs);
      this.waiting.set(id, { resolve, reject, timer });
      this.worker.ref();
      this.worker.postMessage({ ...request, id });
    });
  }

  private onReply(reply: SqliteReply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0) this.worker.unref();
    if ('result' in reply) waiting.resolve(reply.result);
    else waiting.reject(sqliteError(reply.failure));
  }

  private fail(error: DatabaseUnavailableError): void {
    if (this.endedBy) return;
    this.endedBy = error;
    for (const waiting of this.waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(error);
    }
    this.waiting.clear();
    this.worker.unref();
    // A thread that waits for the disk ends later.
    void this.worker.terminate();
  }
}
