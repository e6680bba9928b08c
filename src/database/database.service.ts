import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Kysely, Transaction } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConfig } from '../config/gateway-config.ts';
import type { OpenDatabase, PoolUse } from './connection/database-connection.ts';
import type { DatabaseMetrics } from './database-metrics.ts';
import { DatabaseUnavailableError } from './database-unavailable-error.ts';
import type { Tables } from './tables.ts';

/** Milliseconds between two attempts to reach an unavailable database. */
const DATABASE_PROBE_MS = 500;

/** Characters of a cause in the log. */
const MAX_LOGGED_CAUSE = 300;

/** A function that opens the database and brings its schema up to date. */
export type DatabaseOpener = () => Promise<OpenDatabase>;

/** How a transaction sees the database. Default: it changes rows. */
export type TransactionKind = 'change' | 'snapshot';

/**
 * The database of teams, keys and audit. The gateway starts and serves requests without it. The first failure that concerns
 * the whole database starts an outage: until a probe in the background succeeds, statements fail at once. The log has one line
 * at the start and one at the end of an outage.
 */
export class DatabaseService implements OnApplicationShutdown {
  private readonly logger = new Logger('database');
  private readonly openDatabase?: DatabaseOpener;
  private open?: OpenDatabase;
  private outage?: DatabaseUnavailableError;
  private opening?: Promise<void>;
  private isClosed = false;
  private readonly closing = new AbortController();
  /** Set by the module; absent in commands. */
  metrics?: DatabaseMetrics;

  /** Without `openDatabase`, no database is configured. */
  constructor(
    private readonly config: DatabaseConfig,
    openDatabase?: DatabaseOpener,
  ) {
    this.openDatabase = openDatabase;
  }

  get isConfigured(): boolean {
    return this.openDatabase !== undefined;
  }

  /** False before the database is open for the first time, and during an outage. */
  get available(): boolean {
    return this.open !== undefined && this.outage === undefined;
  }

  get dialect(): OpenDatabase['dialect'] | undefined {
    return this.open?.dialect;
  }

  get poolUse(): PoolUse | undefined {
    return this.open?.poolUse();
  }

  /**
   * Runs statements outside of a transaction. They run again once if the connection was lost, so they must be idempotent.
   * Throws DatabaseUnavailableError if the database cannot be used.
   */
  async query<T>(run: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.attempt('query', async ({ db }) => {
      try {
        return await run(db);
      } catch (error) {
        if (!isLostConnection(error)) throw error;
        return run(db);
      }
    });
  }

  /**
   * Runs a transaction, and commits it if `run` succeeds. It runs a second time if the server could not order it with another
   * one, so `run` must have no other effects. A `snapshot` only reads, and all its statements see the same state. Throws
   * DatabaseUnavailableError if the database cannot be used. Whether a change took effect is then unknown.
   */
  async transaction<T>(
    run: (transaction: Transaction<Tables>) => Promise<T>,
    kind: TransactionKind = 'change',
  ): Promise<T> {
    return this.attempt('transaction', async (open) => {
      try {
        return await runTransaction(open, run, kind);
      } catch (error) {
        if (!(await isConflict(open, error))) throw error;
        return runTransaction(open, run, kind);
      }
    });
  }

  /** Returns the open database, for a backup. Throws DatabaseUnavailableError if there is none. */
  async opened(): Promise<OpenDatabase> {
    return this.attempt('query', async (open) => open);
  }

  /**
   * Opens the database. Waits for SQLite, whose file another process may use; PostgreSQL is opened in the background. Throws
   * for settings with which no attempt can succeed.
   */
  async start(): Promise<void> {
    if (!this.openDatabase) return;
    const first = this.openOnce();
    this.opening = first.catch((error: unknown) => {
      if (!isFileInUse(error)) this.startOutage(unavailable(error));
    });
    if (this.config.url?.startsWith('sqlite:')) {
      await first.catch((error: unknown) => {
        if (isFileInUse(error)) throw error;
      });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    this.closing.abort();
    await this.opening;
    await this.open?.close();
  }

  private async attempt<T>(operation: 'query' | 'transaction', run: (open: OpenDatabase) => Promise<T>): Promise<T> {
    if (!this.open && !this.outage) await this.opening;
    const { metrics, open, outage } = this;
    if (outage) metrics?.failed(outage.failure);
    if (outage) throw outage;
    if (!open || this.isClosed) throw new DatabaseUnavailableError('connection');
    const begun = performance.now();
    try {
      const result = await run(open);
      metrics?.ended(operation, (performance.now() - begun) / 1_000);
      return result;
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) metrics?.failed(error.failure);
      if (error instanceof DatabaseUnavailableError && error.isOutage && this.open === open) this.startOutage(error);
      throw error;
    }
  }

  private async openOnce(): Promise<void> {
    const open = await this.openDatabase!();
    if (this.isClosed) await open.close();
    else this.open = open;
  }

  private startOutage(error: DatabaseUnavailableError): void {
    if (this.outage || this.isClosed) return;
    this.outage = error;
    this.logger.error(
      `The database is not available. ${causeOf(error)} Requests continue with the last known teams and keys.`,
    );
    void this.endOutage();
  }

  /** Probes until the database answers. */
  private async endOutage(): Promise<void> {
    while (!this.isClosed) {
      await sleep(DATABASE_PROBE_MS, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
      if (this.isClosed) return;
      try {
        await this.probe();
        this.outage = undefined;
        this.logger.log('The database is available again.');
        return;
      } catch (error) {
        this.outage = unavailable(error);
      }
    }
  }

  private async probe(): Promise<void> {
    // A thread of SQLite that has ended is replaced.
    if (this.open?.dialect === 'sqlite') {
      const { open } = this;
      this.open = undefined;
      await open.close();
    }
    if (!this.open) await this.openOnce();
    else await this.open.db.selectFrom('schema_migration').select('number').limit(1).execute();
  }
}

function runTransaction<T>(
  { db }: OpenDatabase,
  run: (transaction: Transaction<Tables>) => Promise<T>,
  kind: TransactionKind,
): Promise<T> {
  const builder = db.transaction();
  const settled = kind === 'change' ? builder : builder.setIsolationLevel('repeatable read').setAccessMode('read only');
  return settled.execute(run);
}

async function isConflict({ dialect }: OpenDatabase, error: unknown): Promise<boolean> {
  if (dialect !== 'postgres') return false;
  const { isTransactionConflict } = await import('./postgres/postgres-errors.ts');
  return isTransactionConflict(error);
}

function isFileInUse(error: unknown): boolean {
  return (error as Error).name === 'SqliteLockedError';
}

function isLostConnection(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError && error.failure === 'connection';
}

function unavailable(error: unknown): DatabaseUnavailableError {
  return error instanceof DatabaseUnavailableError ? error : new DatabaseUnavailableError('connection', error);
}

/** Returns the first line of the cause. Errors of connections contain host and user, but no password. */
function causeOf({ cause, reason }: DatabaseUnavailableError): string {
  if (!(cause instanceof Error)) return reason;
  const [line = ''] = (cause.message || ((cause as NodeJS.ErrnoException).code ?? cause.name)).split('\n');
  return `${line.slice(0, MAX_LOGGED_CAUSE).replace(/\.$/, '')}.`;
}
