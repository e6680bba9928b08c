import type { ModelRules } from '../../../models/types/model.ts';
import type { Usage } from '../../../usage/usage.ts';

/** Size of a request, measured without a tokenizer in constant time for each message. */
export interface PromptSize {
  /** Bytes of JSON without images and documents. */
  textBytes: number;
  images: number;
  /** Characters of base64 of documents, audio and video. */
  mediaBytes: number;
  /** The output limit in the request. */
  maxTokens?: number;
}

/** Quota that a request needs before it is sent, in tokens. */
export interface TokenDemand {
  input: number;
  maxOutput: number;
  /** The size from which `input` was estimated. The actual usage corrects the ratio of later estimates. */
  size?: PromptSize;
  /** Id of the API key whose earlier prompts determined the estimate. */
  owner?: string;
}

/**
 * Returns the tokens that Bedrock deducts at the start of a request. These are the whole prompt with its cached parts and
 * `maxTokens`, without the burndown factor ("How tokens are counted in Amazon Bedrock", 2026-10: initial deduction).
 */
export function tokensToReserve({ input, maxOutput }: TokenDemand): number {
  return input + maxOutput;
}

/**
 * Returns the tokens that Bedrock finally charges: the prompt without cache reads, and the output multiplied by the burndown
 * factor of the model (AWS page as above).
 */
export function tokensCharged(usage: Usage, { outputBurndown = 1 }: ModelRules): number {
  return usage.input + usage.cacheWrite + usage.output * outputBurndown;
}
