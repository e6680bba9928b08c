import { LRUCache } from 'lru-cache';
import type { ChargedRequest } from './accepted-answer.ts';

/** Expected output of the first request of a key to a model, in tokens. */
const FIRST_OUTPUT_TOKENS = 1_000;
/** Weight of the newest answer. */
const NEWEST_WEIGHT = 0.1;
/** Maximum number of pairs of a key and a model. Model ids in requests may be arbitrary. */
const MAX_MEANS = 10_000;

/** The mean output of a key and a model, in tokens. */
interface OutputMean {
  tokens: number;
}

/** Expects the output of a request from the earlier answers of the same model to the same key. */
export class OutputForecast {
  private readonly means = new LRUCache<string, OutputMean>({ max: MAX_MEANS });

  /** Returns the expected output in tokens, at most `maxTokens`. A value that is no number has no effect. */
  of(charged: ChargedRequest, maxTokens: unknown): number {
    const tokens = Math.ceil(this.means.get(pairOf(charged))?.tokens ?? FIRST_OUTPUT_TOKENS);
    return typeof maxTokens === 'number' && maxTokens >= 0 ? Math.min(tokens, maxTokens) : tokens;
  }

  learn(charged: ChargedRequest, output: number): void {
    const pair = pairOf(charged);
    const mean = this.means.get(pair);
    if (mean === undefined) this.means.set(pair, { tokens: output });
    else mean.tokens += (output - mean.tokens) * NEWEST_WEIGHT;
  }
}

/** Returns the map key of a key and a model. Ids of keys contain no spaces. */
function pairOf({ context, route }: ChargedRequest): string {
  return `${context.caller?.id ?? ''} ${route.model.name}`;
}
