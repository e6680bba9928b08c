/** The patience with an attempt where `streaming.keepAliveSeconds` switches keep-alives off. */
const DEFAULT_PATIENCE_MS = 15_000;

/**
 * The attempts of a request at Bedrock that are open, by which the gateway knows whether it only waits: for a retry, a
 * quota or a slot. Shared by all models that are tried for the request.
 */
export class OpenAttempts {
  /** True once the client has the status 200, or if no client waits for one. */
  isCommitted = false;
  private open = 0;
  /** `performance.now()` when the first of the open attempts began. */
  private since = 0;
  private isAccepted = false;
  private longestMs = 0;

  begin(): void {
    if (this.open === 0) {
      this.since = performance.now();
      this.isAccepted = false;
    }
    this.open += 1;
  }

  end(): void {
    this.open -= 1;
    this.longestMs = Math.max(this.longestMs, performance.now() - this.since);
  }

  /** Bedrock has answered 200, before the first event. */
  accepted(): void {
    this.isAccepted = true;
  }

  /**
   * Returns the milliseconds until an open attempt counts as accepted and silent: 0 after the head of an answer, or
   * after `patienceMs` without a refusal. Undefined while the gateway only waits.
   */
  acceptedInMs(patienceMs: number): number | undefined {
    if (this.open === 0) return undefined;
    return this.isAccepted ? 0 : Math.max(0, this.since + patienceMs - performance.now());
  }

  /** Returns true if an attempt that has ended was open for so long. */
  hasLasted(patienceMs: number): boolean {
    return this.longestMs >= patienceMs;
  }
}

/** Settings that limit how long the gateway waits before it answers. */
export interface WaitSettings {
  readonly retry: { readonly maxElapsedMs: number; readonly statusWithinMs: number };
  readonly streaming: { readonly keepAliveSeconds: number };
}

/**
 * Returns until how many milliseconds after its arrival a request may wait. A client that has not seen a status gets it
 * within `retry.statusWithinMs`, because load balancers cut silent connections and no SDK retries a broken stream.
 */
export function waitLimitMs(attempts: OpenAttempts, { retry, streaming }: WaitSettings): number {
  const patienceMs = streaming.keepAliveSeconds * 1000 || DEFAULT_PATIENCE_MS;
  const isFree = attempts.isCommitted || attempts.hasLasted(patienceMs);
  return isFree ? retry.maxElapsedMs : Math.min(retry.maxElapsedMs, retry.statusWithinMs);
}
