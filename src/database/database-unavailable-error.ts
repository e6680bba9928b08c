import { GatewayError } from '../errors/errors.ts';

/**
 * Why the database cannot be used.
 * - `connection`: it does not accept connections, or the connection was lost.
 * - `timeout`: it did not answer within `database.timeoutMs`.
 * - `full`: its disk is full.
 * - `read_only`: it accepts no changes, such as a replica after a failover.
 * - `locked`: another transaction or process has held a lock for too long.
 * - `schema`: its schema is older than the gateway needs.
 */
export type DatabaseFailure = 'connection' | 'timeout' | 'full' | 'read_only' | 'locked' | 'schema';

const REASONS: Readonly<Record<DatabaseFailure, string>> = {
  connection: 'The database of the gateway does not accept connections.',
  timeout: 'The database of the gateway did not answer in time.',
  full: 'The disk of the database of the gateway is full.',
  read_only: 'The database of the gateway accepts no changes.',
  locked: 'The database of the gateway is locked by another change.',
  schema: 'The schema of the database is older than this gateway needs. Run npm run database:migrate.',
};

/** A 503: the database of teams and keys cannot be used. The cause is logged, but not sent to the client. */
export class DatabaseUnavailableError extends GatewayError {
  readonly failure: DatabaseFailure;
  /** The first sentence of the message, for commands, which serve no requests. */
  readonly reason: string;

  constructor(failure: DatabaseFailure, cause?: unknown) {
    const message = `${REASONS[failure]} Requests to models continue. Send the request again later.`;
    super({ code: 'database_unavailable', message, cause });
    this.name = 'DatabaseUnavailableError';
    this.failure = failure;
    this.reason = REASONS[failure];
  }

  /** True if no statement can succeed now, so that further ones fail at once until a probe succeeds. */
  get isOutage(): boolean {
    return this.failure === 'connection' || this.failure === 'timeout' || this.failure === 'schema';
  }
}
