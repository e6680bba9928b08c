import { LRUCache } from 'lru-cache';
import type { Model, ModelRules } from '../../../models/types/model.ts';
import type { Usage } from '../../../usage/usage.ts';
import type { TokenDemand, PromptSize } from './token-demand.ts';

/** Initial ratio of tokens to bytes of JSON. It overestimates rather than underestimates. */
const INITIAL_RATIO = 1 / 3;
/** Limits of the ratio: a token has between one and twenty bytes. */
const RATIO_LIMITS = { min: 0.05, max: 1 };
/** Weight of the newest request. After twenty requests, the initial ratio has a weight of 12 %. */
const LEARNING_RATE = 0.1;
/** Minimum size of a prompt from which the ratio is learned. Shorter ones are mostly JSON syntax. */
const MIN_BYTES = 200;
/** Maximum number of pairs of a key and a model. Model ids in requests may be arbitrary. */
const MAX_RATIOS = 10_000;
/**
 * Tokens of the largest image that Claude processes (Anthropic, vision: about 1600 tokens, 2026-11). Other images have
 * fewer.
 */
const IMAGE_TOKENS = 1_600;
/**
 * Characters of base64 for one token of a document: an assumption between plain text and scanned pages. It is not learned.
 */
const MEDIA_CHARACTERS_PER_TOKEN = 20;

/**
 * Estimates the tokens of prompts from their bytes. The actual usage corrects the ratio for each pair of a key and a model.
 * With a ratio for the model alone, a key that sends only rare characters would triple the estimates of other keys.
 */
export class InputTokenEstimator {
  /** The least recently used ratio is removed first, so that ratios in use remain. */
  private readonly ratios = new LRUCache<string, number>({ max: MAX_RATIOS });

  demandOf(model: Model, size: PromptSize, owner: string): TokenDemand {
    const text = size.textBytes * (this.ratios.get(ratioKey(model, owner)) ?? INITIAL_RATIO);
    const media = size.images * IMAGE_TOKENS + size.mediaBytes / MEDIA_CHARACTERS_PER_TOKEN;
    const input = Math.min(Math.max(0, Math.ceil(text + media)), model.rules.contextTokens);
    return { input, maxOutput: maxOutputOf(size.maxTokens, model.rules), size, owner };
  }

  learn(model: Model, { textBytes, images, mediaBytes }: PromptSize, usage: Usage, owner: string): void {
    const tokens = usage.input + usage.cacheRead + usage.cacheWrite;
    if (tokens === 0 || textBytes < MIN_BYTES || images > 0 || mediaBytes > 0) return;
    const observed = Math.min(RATIO_LIMITS.max, Math.max(RATIO_LIMITS.min, tokens / textBytes));
    const key = ratioKey(model, owner);
    const ratio = this.ratios.get(key) ?? INITIAL_RATIO;
    this.ratios.set(key, ratio + (observed - ratio) * LEARNING_RATE);
  }
}

/** Returns the map key of a model and an owner. Key ids contain no spaces. */
function ratioKey({ name }: Model, owner: string): string {
  return `${owner} ${name}`;
}

/**
 * Returns the maximum output tokens of a request. Bodies of Bedrock's own API are not validated, and an invalid number must
 * not reach a bucket that all keys share.
 */
function maxOutputOf(maxTokens: unknown, { maxOutputTokens, contextTokens }: ModelRules): number {
  if (typeof maxTokens !== 'number' || !(maxTokens >= 0)) return maxOutputTokens;
  return Math.min(maxTokens, Math.max(maxOutputTokens, contextTokens));
}
