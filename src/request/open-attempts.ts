/** Milliseconds after which an attempt counts as accepted, if `streaming.keepAliveSeconds` disables keep-alives. */
const DEFAULT_SILENCE_MS = 15_000;

/**
 * Tracks the open attempts of a request at Bedrock, for all models that the request tries. Without an open attempt, the
 * gateway only waits for a retry, a quota or a slot.
 */
export class OpenAttempts {
  /** True once the client has received the status 200, or if no client waits for one. */
  isCommitted = false;
  private open = 0;
  /** `performance.now()` at the start of the first open attempt. */
  private since = 0;
  private firstAt = 0;
  private endedAt = 0;
  private isAccepted = false;
  private longestMs = 0;
  /** Milliseconds of finished periods with an open attempt. */
  private finishedMs = 0;

  begin(): void {
    if (this.open === 0) {
      this.since = performance.now();
      if (this.firstAt === 0) this.firstAt = this.since;
      this.isAccepted = false;
    }
    this.open += 1;
  }

  end(): void {
    this.open -= 1;
    this.endedAt = performance.now();
    const lastedMs = this.endedAt - this.since;
    this.longestMs = Math.max(this.longestMs, lastedMs);
    if (this.open === 0) this.finishedMs += lastedMs;
  }

  /** True once the first attempt has begun. */
  get hasBegun(): boolean {
    return this.firstAt > 0;
  }

  /** `performance.now()` at the start of the first attempt; 0 before. */
  get firstBegunAt(): number {
    return this.firstAt;
  }

  /** `performance.now()` at the end of the latest finished attempt; 0 before. */
  get lastEndedAt(): number {
    return this.endedAt;
  }

  /** True while an attempt is open. */
  get isOpen(): boolean {
    return this.open > 0;
  }

  /** Records that Bedrock has answered 200, before its first event. */
  accepted(): void {
    this.isAccepted = true;
  }

  /**
   * Returns the milliseconds until an open attempt counts as accepted and silent: 0 after the head of an answer, or after
   * `silenceMs` without an error. Returns undefined while the gateway only waits.
   */
  acceptedInMs(silenceMs: number): number | undefined {
    if (this.open === 0) return undefined;
    return this.isAccepted ? 0 : Math.max(0, this.since + silenceMs - performance.now());
  }

  /** Adds time in which Bedrock worked for the request without an attempt, e.g. counted its tokens. */
  addMs(milliseconds: number): void {
    this.finishedMs += milliseconds;
  }

  /** Returns the milliseconds until `now` (of `performance.now()`) in which Bedrock worked for the request. */
  totalMs(now: number): number {
    return this.open === 0 ? this.finishedMs : this.finishedMs + now - this.since;
  }

  /** Returns true if a finished attempt was open for at least `silenceMs`. */
  hasLasted(silenceMs: number): boolean {
    return this.longestMs >= silenceMs;
  }
}

/** Settings that limit the time before the gateway responds. */
export interface WaitSettings {
  readonly retry: { readonly maxElapsedMs: number; readonly statusWithinMs: number };
  readonly streaming: { readonly keepAliveSeconds: number };
}

/**
 * Returns the milliseconds after its arrival for which a request may wait. A client without a status receives one within
 * `retry.statusWithinMs`, because load balancers close silent connections and no SDK retries a broken stream.
 */
export function waitLimitMs(attempts: OpenAttempts, { retry, streaming }: WaitSettings): number {
  const silenceMs = streaming.keepAliveSeconds * 1000 || DEFAULT_SILENCE_MS;
  const mayWaitLonger = attempts.isCommitted || attempts.hasLasted(silenceMs);
  return mayWaitLonger ? retry.maxElapsedMs : Math.min(retry.maxElapsedMs, retry.statusWithinMs);
}
