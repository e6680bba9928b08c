/** A fifth of its requests is what a process may repeat, whatever the rate: this many requests earn one retry. */
const REQUESTS_PER_RETRY = 5;
const SECONDS_SAVED_UP = 10;

/**
 * Retries the whole process may make: so many a second on top of a fifth of its requests. In an outage
 * every request fails; without a budget the gateway would multiply the load by its retries.
 */
export class RetryBudget {
  /** Counted in requests, of which a retry costs several. */
  private saved: number;
  private readonly most: number;
  private readonly perSecond: number;
  private readonly now: () => number;
  private at: number;

  constructor(retriesPerSecond: number, now: () => number = () => performance.now()) {
    this.perSecond = retriesPerSecond * REQUESTS_PER_RETRY;
    this.most = this.perSecond * SECONDS_SAVED_UP;
    this.saved = this.most;
    this.now = now;
    this.at = now();
  }

  /** A new request earns a part of a retry. */
  addRequest(): void {
    this.saved = Math.min(this.most, this.saved + 1);
  }

  /** Takes one retry if there is one. */
  tryTakeRetry(): boolean {
    const now = this.now();
    this.saved = Math.min(this.most, this.saved + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.saved < REQUESTS_PER_RETRY) return false;
    this.saved -= REQUESTS_PER_RETRY;
    return true;
  }
}
