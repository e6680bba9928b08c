import type { ModelRules } from '../../../models/types/model.ts';
import type { Usage } from '../../../usage/usage.ts';

/** What can be known of a request's size without a tokenizer, in constant time a message. */
export interface PromptSize {
  /** Bytes of JSON without pictures and documents. */
  textBytes: number;
  images: number;
  /** Characters of base64 of documents, sound and film. */
  mediaBytes: number;
  /** The request's own limit. */
  maxTokens?: number;
}

/** What a request asks of a quota before it is sent, in tokens. */
export interface TokenDemand {
  input: number;
  maxOutput: number;
  /** What `input` was estimated from, so that the real number can correct the next estimate. */
  size?: PromptSize;
  /** Id of the API key whose earlier prompts `input` was estimated with. */
  owner?: string;
}

/**
 * What Bedrock takes up front: the whole prompt, cached parts included, and `maxTokens`, which is not multiplied ("How
 * tokens are counted in Amazon Bedrock", 2026-10: initial deduction).
 */
export function tokensToReserve({ input, maxOutput }: TokenDemand): number {
  return input + maxOutput;
}

/** What remains taken in the end: prompt without what was read from the cache, output at the model's rate (same page). */
export function tokensCharged(usage: Usage, { outputBurndown = 1 }: ModelRules): number {
  return usage.input + usage.cacheWrite + usage.output * outputBurndown;
}
