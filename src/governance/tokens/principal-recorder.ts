import { Logger } from '@nestjs/common';
import type { TokenMetrics } from '../../telemetry/metrics/token-metrics.ts';
import type { GovernanceRepository } from '../repository/governance.repository.ts';
import type { SeenPrincipal } from '../repository/principal-store.ts';
import type { VerifiedToken } from './verified-token.ts';

/** Where principals are recorded. `isConfigured` is false without a database. */
type RecordedPrincipals = Pick<GovernanceRepository, 'isConfigured' | 'recordPrincipals'>;

const INTERVAL_MS = 5_000;
const MAX_WAITING_PRINCIPALS = 10_000;
const PRINCIPALS_AT_A_TIME = 500;

/**
 * Records the principals of new tokens in the background: when they were seen, and their groups, email and name. No request
 * waits for it. While the database is unavailable, up to 10,000 principals wait; further ones are dropped and counted.
 */
export class PrincipalRecorder {
  private readonly logger = new Logger('tokens');
  private readonly store: RecordedPrincipals;
  private readonly metrics: TokenMetrics;
  private waiting = new Map<string, SeenPrincipal>();
  private timer?: NodeJS.Timeout;
  private isFailing = false;

  constructor(store: RecordedPrincipals, metrics: TokenMetrics) {
    this.store = store;
    this.metrics = metrics;
  }

  /** Notes a use. The latest one of each principal is recorded within five seconds. */
  seen({ principalId: id, issuer, subject, groups, email, name }: VerifiedToken): void {
    if (!this.store.isConfigured) return;
    if (this.waiting.size >= MAX_WAITING_PRINCIPALS && !this.waiting.has(id)) {
      this.metrics.principalsDropped(1);
      return;
    }
    this.waiting.set(id, { id, issuer, subject, groups, at: new Date().toISOString(), email, name });
    this.timer ??= setTimeout(() => void this.flush(), INTERVAL_MS).unref();
  }

  /** Records what waits. Never rejects: what the database does not take waits for the next time. */
  async flush(): Promise<void> {
    const uses = [...this.waiting.values()];
    this.waiting = new Map();
    for (let start = 0; start < uses.length; start += PRINCIPALS_AT_A_TIME) {
      if (await this.record(uses.slice(start, start + PRINCIPALS_AT_A_TIME))) continue;
      this.keep(uses.slice(start));
      break;
    }
    clearTimeout(this.timer);
    this.timer = this.waiting.size === 0 ? undefined : setTimeout(() => void this.flush(), INTERVAL_MS).unref();
  }

  private async record(uses: readonly SeenPrincipal[]): Promise<boolean> {
    try {
      await this.store.recordPrincipals(uses);
      this.isFailing = false;
      return true;
    } catch {
      if (!this.isFailing) this.logger.warn({ event: 'principals_not_recorded', count: uses.length });
      this.isFailing = true;
      return false;
    }
  }

  /** Lets uses wait again, unless a later use of the same principal waits. */
  private keep(uses: readonly SeenPrincipal[]): void {
    let dropped = 0;
    for (const use of uses) {
      if (this.waiting.has(use.id)) continue;
      if (this.waiting.size < MAX_WAITING_PRINCIPALS) this.waiting.set(use.id, use);
      else dropped += 1;
    }
    if (dropped > 0) this.metrics.principalsDropped(dropped);
  }
}
