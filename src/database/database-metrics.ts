import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { PoolUse } from './connection/database-connection.ts';
import type { DatabaseFailure } from './database-unavailable-error.ts';

const STATEMENT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What the service reports at each scrape. */
export interface DatabaseStatus {
  isConfigured: boolean;
  available: boolean;
  poolUse?: PoolUse;
}

/** Metrics of the database. Without a configured database, none has a time series. */
export class DatabaseMetrics {
  readonly gauges: readonly Gauge[];
  private readonly durations: Histogram<'operation'>;
  private readonly failures: Counter<'reason'>;

  constructor(registry: Registry, status: () => DatabaseStatus) {
    const registers = [registry];
    this.gauges = statusGauges(registry, status);
    this.durations = new Histogram({
      name: 'outcrop_database_seconds',
      help: 'Time of queries and of whole transactions of the database. Failed ones are not included.',
      labelNames: ['operation'],
      buckets: STATEMENT_SECONDS,
      registers,
    });
    this.failures = new Counter({
      name: 'outcrop_database_failures_total',
      help: 'Queries and transactions that failed because the database was not available, by reason.',
      labelNames: ['reason'],
      registers,
    });
  }

  ended(operation: 'query' | 'transaction', seconds: number): void {
    this.durations.observe({ operation }, seconds);
  }

  failed(reason: DatabaseFailure): void {
    this.failures.inc({ reason });
  }
}

/** Creates the gauges that read the state at each scrape. */
function statusGauges(registry: Registry, status: () => DatabaseStatus): Gauge[] {
  const registers = [registry];
  return [
    new Gauge({
      name: 'outcrop_database_available',
      help: '1 if the database of teams and keys is available; 0 if not: requests continue, the admin API returns 503.',
      registers,
      collect() {
        const now = status();
        if (now.isConfigured) this.set(now.available ? 1 : 0);
        else this.remove();
      },
    }),
    new Gauge({
      name: 'outcrop_database_connections',
      help: 'Connections to the database: used; idle; waiting, statements that wait for a connection.',
      labelNames: ['state'],
      registers,
      collect() {
        for (const [state, count] of Object.entries(status().poolUse ?? {})) this.set({ state }, count);
      },
    }),
  ];
}
