/** Number of requests that earn one retry: a process may repeat a fifth of its requests, whatever their rate. */
const REQUESTS_PER_RETRY = 5;
const MAX_SAVED_SECONDS = 10;

/**
 * Limits the retries of the whole process: a fixed number each second, plus a fifth of its requests. In an outage every
 * request fails, and without a budget the gateway would multiply the load by its retries.
 */
export class RetryBudget {
  /** Balance in requests; a retry costs `REQUESTS_PER_RETRY`. */
  private saved: number;
  private readonly maxSaved: number;
  private readonly perSecond: number;
  private readonly now: () => number;
  private at: number;

  constructor(retriesPerSecond: number, now: () => number = () => performance.now()) {
    this.perSecond = retriesPerSecond * REQUESTS_PER_RETRY;
    this.maxSaved = this.perSecond * MAX_SAVED_SECONDS;
    this.saved = this.maxSaved;
    this.now = now;
    this.at = now();
  }

  /** Adds one fifth of a retry for a new request. */
  addRequest(): void {
    this.saved = Math.min(this.maxSaved, this.saved + 1);
  }

  /** Takes one retry from the budget. Returns false if there is none. */
  tryTakeRetry(): boolean {
    const now = this.now();
    this.saved = Math.min(this.maxSaved, this.saved + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.saved < REQUESTS_PER_RETRY) return false;
    this.saved -= REQUESTS_PER_RETRY;
    return true;
  }
}
