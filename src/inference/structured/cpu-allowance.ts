const MINUTE_MS = 60_000;

interface Account {
  leftMs: number;
  updatedAt: number;
}

/**
 * CPU time that each key may spend: what a minute allows can be spent at once, and comes back evenly. Time is booked
 * after it is spent, so that an account may be overdrawn.
 */
export class CpuAllowance {
  private readonly accounts = new Map<string, Account>();
  private readonly perMinuteMs: () => number;
  private readonly now: () => number;

  /** `perMinuteMs`: milliseconds of CPU time a minute; 0: no limit. `now` is a clock in milliseconds. */
  constructor(perMinuteMs: () => number, now: () => number = () => performance.now()) {
    this.perMinuteMs = perMinuteMs;
    this.now = now;
  }

  /** Milliseconds that the key may spend now; below zero where it has spent more than it may. */
  leftMs(owner: string): number {
    const most = this.perMinuteMs();
    if (most === 0) return Infinity;
    const account = this.accounts.get(owner);
    if (!account) return most;
    return Math.min(most, account.leftMs + ((this.now() - account.updatedAt) * most) / MINUTE_MS);
  }

  spend(owner: string, spentMs: number): void {
    const leftMs = this.leftMs(owner) - spentMs;
    if (leftMs === Infinity) this.accounts.delete(owner);
    else this.accounts.set(owner, { leftMs, updatedAt: this.now() });
    this.forgetFull();
  }

  /** Seconds until the key may spend again, at least one. */
  secondsUntilMore(owner: string): number {
    const most = this.perMinuteMs();
    if (most === 0) return 1;
    return Math.max(1, Math.ceil((-this.leftMs(owner) * MINUTE_MS) / most / 1_000));
  }

  /** Keys that have everything again need no account; a removed key leaves none behind. */
  private forgetFull(): void {
    const most = this.perMinuteMs();
    const [oldest] = this.accounts.keys();
    if (oldest !== undefined && this.leftMs(oldest) >= most) this.accounts.delete(oldest);
  }
}
