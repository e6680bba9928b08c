import { RetryBudget } from './retry-budget.ts';

/** From this number of keys on, each has a quarter. */
const MOST_PARTS = 4;
/** Buckets that are kept. A key whose bucket was dropped has a full one again. */
const MOST_KEYS = 10_000;

export interface RetryShareSettings {
  retriesPerSecond: number;
  /** API keys in the configuration. */
  keys: number;
}

/**
 * The retries of the process, of which each API key has a share: all of them for a single key, a half or a third for two
 * or three, a quarter for four and more. A key whose requests fail all the time leaves the rest to other keys.
 */
export class RetryShares {
  private readonly whole: RetryBudget;
  private readonly shares = new Map<string, RetryBudget>();
  private readonly perSecondOfKey: number;
  private readonly now: () => number;

  constructor({ retriesPerSecond, keys }: RetryShareSettings, now: () => number = () => performance.now()) {
    this.whole = new RetryBudget(retriesPerSecond, now);
    this.perSecondOfKey = retriesPerSecond / Math.min(MOST_PARTS, Math.max(1, keys));
    this.now = now;
  }

  /** A new request of a key earns a part of a retry, for the key and for the process. */
  addRequest(key: string): void {
    this.whole.addRequest();
    // A key without a bucket has not spent anything, so that there is nothing to earn.
    this.shares.get(key)?.addRequest();
  }

  /** Takes one retry if the key and the process have one. */
  tryTakeRetry(key: string): boolean {
    return this.shareOf(key).tryTakeRetry() && this.whole.tryTakeRetry();
  }

  private shareOf(key: string): RetryBudget {
    const known = this.shares.get(key);
    if (known !== undefined) return known;
    if (this.shares.size >= MOST_KEYS) this.shares.delete(this.shares.keys().next().value!);
    const share = new RetryBudget(this.perSecondOfKey, this.now);
    this.shares.set(key, share);
    return share;
  }
}
