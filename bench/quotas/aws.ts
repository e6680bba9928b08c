/** How a quota per minute refills. AWS does not document it: continuously, or by a window of the last 60 seconds. */
export type QuotaRefill = 'continuous' | 'sliding-window';

/** Tokens of a request, as AWS counts them. */
export interface AwsRequest {
  input: number;
  cacheRead: number;
  maxTokens: number;
  output: number;
}

interface Charge {
  at: number;
  tokens: number;
}

const MINUTE_MS = 60_000;
/** Tokens of quota per output token, for Claude up to 4.7. */
const BURNDOWN = 5;

/**
 * AWS's quota as documented, independent of the gateway's buckets. At the start, AWS deducts prompt and max_tokens. At
 * the end, it deducts input that was not read from the cache, and five times the output, instead.
 */
export class SimulatedAws {
  throttles = 0;
  accepted = 0;
  private readonly charges: Charge[] = [];
  private left: number;
  private at = 0;
  private readonly tokensPerMinute: number;
  private readonly refill: QuotaRefill;
  private readonly now: () => number;

  constructor(tokensPerMinute: number, refill: QuotaRefill, now: () => number) {
    this.tokensPerMinute = tokensPerMinute;
    this.refill = refill;
    this.now = now;
    this.left = tokensPerMinute;
  }

  /** Returns the function that settles the request when its answer ends; undefined if the request is throttled. */
  accept(request: AwsRequest): (() => void) | undefined {
    this.advance();
    const charge = { at: this.at, tokens: request.input + request.maxTokens };
    if (charge.tokens > this.left) {
      this.throttles += 1;
      return undefined;
    }
    this.accepted += 1;
    this.left -= charge.tokens;
    if (this.refill === 'sliding-window') this.charges.push(charge);
    return () => this.settle(charge, usedTokens(request));
  }

  private settle(charge: Charge, used: number): void {
    this.advance();
    // After a minute, the request no longer counts, neither as reserved nor as used.
    if (this.refill === 'sliding-window' && charge.at <= this.at - MINUTE_MS) return;
    this.left = Math.min(this.tokensPerMinute, this.left + charge.tokens - used);
    charge.tokens = used;
  }

  private advance(): void {
    const now = this.now();
    if (this.refill === 'continuous') {
      this.left = Math.min(this.tokensPerMinute, this.left + ((now - this.at) * this.tokensPerMinute) / MINUTE_MS);
    }
    this.at = now;
    for (let [oldest] = this.charges; oldest !== undefined && oldest.at <= now - MINUTE_MS; [oldest] = this.charges) {
      this.left += oldest.tokens;
      this.charges.shift();
    }
  }
}

export function usedTokens({ input, cacheRead, output }: AwsRequest): number {
  return input - cacheRead + output * BURNDOWN;
}
