const REFILL_MS = 3_600_000;
/** Time between two entries with the number of omitted ones. */
const COUNT_INTERVAL_MS = 600_000;

/** How many entries callers can cause. */
export interface EntryLimits {
  /** Entries at once. */
  readonly burst: number;
  readonly perHour: number;
}

/**
 * Limits the entries of the audit that callers of the admin API can cause without a change, so that no flood of calls fills the
 * database. Omitted entries are counted.
 */
export class EntryBudget {
  private readonly limits: EntryLimits;
  private readonly writeCount: (notWritten: number) => void;
  private available: number;
  private refilledAt: number;
  private notWritten = 0;
  private timer?: NodeJS.Timeout;

  /** Creates a budget. `writeCount` is called within ten minutes after omitted entries, with their number. */
  constructor(limits: EntryLimits, writeCount: (notWritten: number) => void, now: number = Date.now()) {
    this.limits = limits;
    this.writeCount = writeCount;
    this.available = limits.burst;
    this.refilledAt = now;
  }

  /** Returns true if an entry may be written. Otherwise counts it as omitted. */
  take(now: number = Date.now()): boolean {
    const { burst, perHour } = this.limits;
    const refill = (Math.max(0, now - this.refilledAt) * perHour) / REFILL_MS;
    this.available = Math.min(burst, this.available + refill);
    this.refilledAt = now;
    if (this.available >= 1) {
      this.available -= 1;
      return true;
    }
    this.notWritten += 1;
    this.timer ??= setTimeout(() => this.flush(), COUNT_INTERVAL_MS).unref();
    return false;
  }

  /** Writes the number of omitted entries now. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { notWritten } = this;
    this.notWritten = 0;
    if (notWritten > 0) this.writeCount(notWritten);
  }
}
