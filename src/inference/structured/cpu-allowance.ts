const MINUTE_MS = 60_000;

interface Account {
  leftMs: number;
  updatedAt: number;
}

/**
 * The CPU time that each API key may spend. A key may spend the budget of a minute at once, and the budget refills
 * evenly. Time is recorded after it is spent, so the balance can be negative.
 */
export class CpuAllowance {
  private readonly accounts = new Map<string, Account>();
  private readonly perMinuteMs: () => number;
  private readonly now: () => number;

  /** `perMinuteMs` returns milliseconds of CPU time for each minute; 0 means no limit. `now` is a clock in milliseconds. */
  constructor(perMinuteMs: () => number, now: () => number = () => performance.now()) {
    this.perMinuteMs = perMinuteMs;
    this.now = now;
  }

  /** Returns the milliseconds that the key may spend now; below zero if it has spent more than its budget. */
  leftMs(owner: string): number {
    const max = this.perMinuteMs();
    if (max === 0) return Infinity;
    const account = this.accounts.get(owner);
    if (!account) return max;
    return Math.min(max, account.leftMs + ((this.now() - account.updatedAt) * max) / MINUTE_MS);
  }

  spend(owner: string, spentMs: number): void {
    const leftMs = this.leftMs(owner) - spentMs;
    if (leftMs === Infinity) this.accounts.delete(owner);
    else this.accounts.set(owner, { leftMs, updatedAt: this.now() });
    this.forgetFull();
  }

  /** Returns the seconds until the key may spend again, at least one. */
  secondsUntilMore(owner: string): number {
    const max = this.perMinuteMs();
    if (max === 0) return 1;
    return Math.max(1, Math.ceil((-this.leftMs(owner) * MINUTE_MS) / max / 1_000));
  }

  /** Deletes the balances that are full again, so that the balances of removed keys do not stay in memory. */
  private forgetFull(): void {
    const max = this.perMinuteMs();
    const [oldest] = this.accounts.keys();
    if (oldest !== undefined && this.leftMs(oldest) >= max) this.accounts.delete(oldest);
  }
}
