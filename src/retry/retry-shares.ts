import { RetryBudget } from './retry-budget.ts';

/** Maximum number of shares: with more keys, each key still has a quarter. */
const MAX_SHARES = 4;
/** Maximum number of budgets in memory. A key whose budget was dropped starts with a full one. */
const MAX_KEYS = 10_000;

/** Settings of the budget. */
export interface RetryShareSettings {
  retriesPerSecond: number;
  /** Number of API keys in the configuration. */
  keys: number;
}

/**
 * Divides the retries of the process among the API keys. A single key has all of them, two or three keys have a half or a
 * third each, and four or more keys a quarter each. A key whose requests always fail leaves the rest to other keys.
 */
export class RetryShares {
  private readonly total: RetryBudget;
  private readonly shares = new Map<string, RetryBudget>();
  private readonly perSecondOfKey: number;
  private readonly now: () => number;

  constructor({ retriesPerSecond, keys }: RetryShareSettings, now: () => number = () => performance.now()) {
    this.total = new RetryBudget(retriesPerSecond, now);
    this.perSecondOfKey = retriesPerSecond / Math.min(MAX_SHARES, Math.max(1, keys));
    this.now = now;
  }

  /** Adds one fifth of a retry for a new request, to the budget of the key and to that of the process. */
  addRequest(key: string): void {
    this.total.addRequest();
    // A key without a budget has spent nothing, so its budget is full.
    this.shares.get(key)?.addRequest();
  }

  /** Takes one retry from the key and from the process. Returns false if either has none. */
  tryTakeRetry(key: string): boolean {
    return this.shareOf(key).tryTakeRetry() && this.total.tryTakeRetry();
  }

  private shareOf(key: string): RetryBudget {
    const known = this.shares.get(key);
    if (known !== undefined) return known;
    if (this.shares.size >= MAX_KEYS) this.shares.delete(this.shares.keys().next().value!);
    const share = new RetryBudget(this.perSecondOfKey, this.now);
    this.shares.set(key, share);
    return share;
  }
}
