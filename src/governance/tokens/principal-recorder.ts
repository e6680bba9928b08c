import { Logger } from '@nestjs/common';
import type { TokenMetrics } from '../../telemetry/metrics/token-metrics.ts';
import type { PrincipalStore, PrincipalUse } from './principal-store.ts';
import type { VerifiedToken } from './verified-token.ts';

const INTERVAL_MS = 5_000;
const MAX_WAITING_PRINCIPALS = 10_000;
const PRINCIPALS_AT_A_TIME = 500;

/**
 * Records the principals of new tokens in the background: when they were seen, and their groups, email and name. No request
 * waits for it. What the database does not accept is dropped and counted.
 */
export class PrincipalRecorder {
  private readonly logger = new Logger('tokens');
  private readonly store: PrincipalStore;
  private readonly metrics: TokenMetrics;
  private waiting = new Map<string, PrincipalUse>();
  private timer?: NodeJS.Timeout;
  private isFailing = false;

  constructor(store: PrincipalStore, metrics: TokenMetrics) {
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

  /** Records what waits. Never rejects. */
  async flush(): Promise<void> {
    const uses = [...this.waiting.values()];
    this.waiting = new Map();
    for (let start = 0; start < uses.length; start += PRINCIPALS_AT_A_TIME)
      await this.record(uses.slice(start, start + PRINCIPALS_AT_A_TIME));
    clearTimeout(this.timer);
    this.timer = this.waiting.size === 0 ? undefined : setTimeout(() => void this.flush(), INTERVAL_MS).unref();
  }

  private async record(uses: readonly PrincipalUse[]): Promise<void> {
    try {
      await this.store.recordPrincipals(uses);
      this.isFailing = false;
    } catch {
      this.metrics.principalsDropped(uses.length);
      if (!this.isFailing) this.logger.warn({ event: 'principals_dropped', count: uses.length });
      this.isFailing = true;
    }
  }
}
