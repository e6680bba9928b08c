/** How the quota of a minute may work at AWS, which does not say: refilled drop by drop, or over the last 60 seconds. */
export type AwsLaw = 'refilled drop by drop' | 'over the last 60 seconds';

/** A request as AWS sees it, in tokens. */
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
/** Claude up to 4.7. */
const BURNDOWN = 5;

/**
 * AWS's rule as its page tells it, written by itself and not with the gateway's buckets: prompt and max_tokens are
 * deducted up front; in the end input that was not read from the cache and five times the output.
 */
export class SimulatedAws {
  throttles = 0;
  accepted = 0;
  private readonly charges: Charge[] = [];
  private left: number;
  private at = 0;
  private readonly tokensPerMinute: number;
  private readonly law: AwsLaw;
  private readonly now: () => number;

  constructor(tokensPerMinute: number, law: AwsLaw, now: () => number) {
    this.tokensPerMinute = tokensPerMinute;
    this.law = law;
    this.now = now;
    this.left = tokensPerMinute;
  }

  /** The settlement to call when the answer is there; undefined: throttled. */
  accept(request: AwsRequest): (() => void) | undefined {
    this.refill();
    const charge = { at: this.at, tokens: request.input + request.maxTokens };
    if (charge.tokens > this.left) {
      this.throttles += 1;
      return undefined;
    }
    this.accepted += 1;
    this.left -= charge.tokens;
    if (this.law === 'over the last 60 seconds') this.charges.push(charge);
    return () => this.settle(charge, usedTokens(request));
  }

  private settle(charge: Charge, used: number): void {
    this.refill();
    // What is a minute old counts no more, neither as reserved nor as used.
    if (this.law === 'over the last 60 seconds' && charge.at <= this.at - MINUTE_MS) return;
    this.left = Math.min(this.tokensPerMinute, this.left + charge.tokens - used);
    charge.tokens = used;
  }

  private refill(): void {
    const now = this.now();
    if (this.law === 'refilled drop by drop') {
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
