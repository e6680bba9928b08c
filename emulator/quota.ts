import { AwsException } from './aws-exception.ts';

/**
 * Limits of a quota. Limits per minute refill continuously; a limit per day does not refill while the emulator runs.
 */
export interface QuotaLimits {
  tokensPerMinute?: number;
  requestsPerMinute?: number;
  tokensPerDay?: number;
}

const MINUTE_MS = 60_000;

/**
 * Tokens of quota that one output token consumes, by the beginning of the model's id; 1 for all others.
 * Source: AWS user guide, "How tokens are counted in Amazon Bedrock", 2026-10.
 */
const BURNDOWN: readonly (readonly [start: RegExp, factor: number])[] = [
  [/^anthropic\.claude-opus-4-8/, 15],
  [/^anthropic\.claude-(opus|sonnet|haiku|fable)-5/, 10],
  [/^anthropic\./, 5],
  [/^openai\.gpt-[56]/, 10],
];

export interface UsedTokens {
  input: number;
  cacheWrite: number;
  output: number;
}

/**
 * Enforces one quota: debits prompt and `maxTokens` at the start, and credits what was not used when the answer ends.
 */
export class Quota {
  #tokens: number;
  #requests: number;
  #day: number;
  #at: number;
  readonly #limits: QuotaLimits;
  readonly #now: () => number;

  constructor(limits: QuotaLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
    this.#at = now();
    this.#tokens = limits.tokensPerMinute ?? Infinity;
    this.#requests = limits.requestsPerMinute ?? Infinity;
    this.#day = limits.tokensPerDay ?? Infinity;
  }

  /**
   * Debits a request and returns a function that settles it with the actual usage.
   * Throws a ThrottlingException if the quota is exhausted.
   */
  reserve(modelId: string, prompt: number, maxTokens: number): (used: UsedTokens) => void {
    this.#refill();
    const wanted = prompt + maxTokens;
    if (wanted > this.#day) throw throttled('Too many tokens per day');
    if (wanted > this.#tokens) throw throttled('Too many tokens');
    if (this.#requests < 1) throw throttled('Too many requests');
    this.#tokens -= wanted;
    this.#day -= wanted;
    this.#requests -= 1;
    return ({ input, cacheWrite, output }) => {
      this.#refill();
      const unused = wanted - (input + cacheWrite + output * burndownOf(modelId));
      this.#tokens = Math.min(this.#limits.tokensPerMinute ?? Infinity, this.#tokens + unused);
      this.#day += unused;
    };
  }

  #refill(): void {
    const { tokensPerMinute = Infinity, requestsPerMinute = Infinity } = this.#limits;
    const now = this.#now();
    const minutes = (now - this.#at) / MINUTE_MS;
    this.#at = now;
    if (tokensPerMinute !== Infinity)
      this.#tokens = Math.min(tokensPerMinute, this.#tokens + minutes * tokensPerMinute);
    if (requestsPerMinute !== Infinity) {
      this.#requests = Math.min(requestsPerMinute, this.#requests + minutes * requestsPerMinute);
    }
  }
}

function burndownOf(modelId: string): number {
  return BURNDOWN.find(([start]) => start.test(modelId))?.[1] ?? 1;
}

function throttled(what: string): AwsException {
  return new AwsException('ThrottlingException', `${what}, please wait before trying again.`);
}
