import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

/** A limit that a migration may raise while nothing else uses the connection. */
export interface StatementLimits {
  /** Milliseconds for a connection and for a statement. */
  timeoutMs: number;
}

/** Numbers of connections, for metrics. */
export interface PoolUse {
  used: number;
  idle: number;
  /** Statements that wait for a connection. */
  waiting: number;
}

/**
 * Access to an open database. Statements throw `DatabaseUnavailableError` if the database cannot be used; any other error is
 * a defect of the statement.
 */
export interface OpenDatabase {
  dialect: 'sqlite' | 'postgres';
  db: Kysely<Tables>;
  limits: StatementLimits;
  poolUse(): PoolUse;
  close(): Promise<void>;
}
