import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import { DatabaseUnavailableError } from '../database-unavailable-error.ts';
import type { StatementLimits } from '../connection/database-connection.ts';
import type { SqliteValue } from './sqlite-message.ts';
import type { SqliteThread } from './sqlite-thread.ts';

/** Returns Kysely's dialect for the thread of SQLite. */
export function sqliteDialect(driver: SqliteDriver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new QueueingAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** An adapter for a driver that lets statements wait by itself, with a limit. Kysely's queue has none. */
class QueueingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** The one connection to SQLite. A transaction holds it until its end, and other statements wait, at most `timeoutMs`. */
export class SqliteDriver implements Driver {
  private readonly queue: (() => void)[] = [];
  private isUsed = false;

  constructor(
    private readonly thread: SqliteThread,
    private readonly limits: StatementLimits,
  ) {}

  get isBusy(): boolean {
    return this.isUsed;
  }

  get waiting(): number {
    return this.queue.length;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (this.isUsed) await this.turn();
    this.isUsed = true;
    return new SqliteConnection(this.thread);
  }

  async beginTransaction(connection: DatabaseConnection, { accessMode }: TransactionSettings): Promise<void> {
    const begin = accessMode === 'read only' ? 'begin' : 'begin immediate';
    await connection.executeQuery(CompiledQuery.raw(begin));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // SQLite has rolled back already after a full disk.
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => undefined);
  }

  async releaseConnection(): Promise<void> {
    const next = this.queue.shift();
    if (next) next();
    else this.isUsed = false;
  }

  async destroy(): Promise<void> {
    await this.thread.end();
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.queue.splice(this.queue.indexOf(next), 1);
        reject(new DatabaseUnavailableError('locked'));
      }, this.limits.timeoutMs);
      const next = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.queue.push(next);
    });
  }
}

class SqliteConnection implements DatabaseConnection {
  constructor(private readonly thread: SqliteThread) {}

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, changes } = await this.thread.run(sql, parameters as readonly SqliteValue[]);
    return { rows: rows as Row[], numAffectedRows: changes };
  }

  // oxlint-disable-next-line require-yield
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streams of rows are not supported: read the rows in slices.');
  }
}
