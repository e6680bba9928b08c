import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type PostgresPool,
} from 'kysely';
import type { TransactionSettings } from 'kysely';
import pg from 'pg';
import type { PostgresLocation } from '../../config/conflicts/database-location.ts';
import { DatabaseUnavailableError } from '../database-unavailable-error.ts';
import type { OpenDatabase, StatementLimits } from '../connection/database-connection.ts';
import type { Tables } from '../tables.ts';
import { readCaFile } from './ca-file.ts';
import { withTlsHint, postgresError } from './postgres-errors.ts';

/** Seconds after which a connection is replaced, so that connections follow a changed DNS name. */
const MAX_LIFETIME_SECONDS = 1_800;
const IDLE_MS = 30_000;
/** Milliseconds for an orderly end of the connections. */
const POOL_CLOSE_MS = 1_000;

/** How to reach a server of PostgreSQL, in addition to `database.url`. */
export interface PostgresAccess {
  location: PostgresLocation;
  password?: string;
  /** PEM file with the CAs to trust. Requires TLS. */
  caFile?: string;
  maxConnections: number;
}

/**
 * Creates a pool of connections. Opens none: the first statement does. It works behind PgBouncer in transaction mode, because
 * it uses no named statements and no settings of a session.
 */
export function openPostgres(access: PostgresAccess, limits: StatementLimits): OpenDatabase {
  const { location, maxConnections } = access;
  const { host, port, user, database } = location;
  const pool = new pg.Pool({
    host,
    port,
    user,
    database,
    password: access.password ?? location.password ?? '',
    ssl: tlsOf(access),
    max: maxConnections,
    connectionTimeoutMillis: limits.timeoutMs,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
    keepAlive: true,
    application_name: 'outcrop',
    allowExitOnIdle: true,
  });
  // A lost idle connection is replaced at the next statement. Without a listener, its error would end the process.
  pool.on('error', () => undefined);
  const source: PostgresPool = {
    options: pool.options,
    connect: () => connect(pool, limits),
    end: () => pool.end(),
  };
  const db = new Kysely<Tables>({ dialect: new LimitedDialect(source, limits) });
  return {
    dialect: 'postgres',
    db,
    limits,
    poolUse: () => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, POOL_CLOSE_MS)));
      await Promise.race([pool.end().catch(() => undefined), timeout]);
      clearTimeout(timer);
    },
  };
}

function tlsOf({ location, caFile }: PostgresAccess): pg.PoolConfig['ssl'] {
  if (caFile !== undefined) return { ca: readCaFile(caFile), rejectUnauthorized: true };
  switch (location.tls) {
    case 'off':
      return false;
    case 'verified':
      return { rejectUnauthorized: true };
    case 'unverified':
      return { rejectUnauthorized: false };
    default:
      return location.tls satisfies never;
  }
}

type PoolClient = Awaited<ReturnType<PostgresPool['connect']>>;

async function connect(pool: pg.Pool, limits: StatementLimits): Promise<PoolClient> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new DatabaseUnavailableError('connection', withTlsHint(error));
  });
  return new LimitedClient(client, limits) as unknown as PoolClient;
}

/**
 * A connection with a limit for each statement. A connection that exceeds it is closed instead of returned to the pool, because
 * its next statement would wait for the previous one.
 */
class LimitedClient {
  private isBroken = false;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly limits: StatementLimits,
  ) {
    // Without a listener, a connection that is lost during a transaction would end the process.
    client.on('error', this.onError);
  }

  async query(sql: string, parameters: unknown[]): Promise<unknown> {
    if (this.isBroken) throw new DatabaseUnavailableError('connection');
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new DatabaseUnavailableError('timeout')), this.limits.timeoutMs);
    });
    try {
      return await Promise.race([this.client.query(sql, parameters), timeout]);
    } catch (error) {
      const converted = postgresError(error);
      // A server that accepts no changes any more has been replaced: the next connection finds the new one.
      if (converted instanceof DatabaseUnavailableError && (converted.isOutage || converted.failure === 'read_only')) {
        this.isBroken = true;
      }
      throw converted;
    } finally {
      clearTimeout(timer);
    }
  }

  release(destroy = false): void {
    this.client.off('error', this.onError);
    this.client.release(destroy || this.isBroken);
  }

  private readonly onError = (): void => {
    this.isBroken = true;
  };
}

class LimitedDialect extends PostgresDialect {
  constructor(
    private readonly source: PostgresPool,
    private readonly limits: StatementLimits,
  ) {
    super({ pool: source });
  }

  override createDriver(): PostgresDriver {
    return new LimitedDriver(this.source, this.limits);
  }
}

/** A driver whose transactions also have limits at the server, so that a lost gateway does not keep the lock of changes. */
class LimitedDriver extends PostgresDriver {
  constructor(
    source: PostgresPool,
    private readonly limits: StatementLimits,
  ) {
    super({ pool: source });
  }

  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const { timeoutMs } = this.limits;
    const modes = [
      ...(settings.isolationLevel === undefined ? [] : [`isolation level ${settings.isolationLevel}`]),
      ...(settings.accessMode === undefined ? [] : [settings.accessMode]),
    ];
    const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'].map(
      (name) => `set local ${name} = ${Math.ceil(timeoutMs)}`,
    );
    // One message, and so one round trip.
    const text = [`begin ${modes.join(' ')}`, ...limits].join('; ');
    await connection.executeQuery(CompiledQuery.raw(text));
  }
}
