import { LRUCache } from 'lru-cache';
import type { Model, ModelRules } from '../../../models/types/model.ts';
import type { Usage } from '../../../usage/usage.ts';
import type { TokenDemand, PromptSize } from './token-demand.ts';

/** Before anything is known: three bytes of JSON a token, rather too many tokens than too few. */
const FIRST_GUESS = 1 / 3;
/** No prompt is outside: a token is at most twenty bytes, and at least one. */
const BOUNDS = { least: 0.05, most: 1 };
/** Share of the newest request in what is believed: after twenty of them the first guess has hardly a say. */
const LEARNING = 0.1;
/** Shorter ones are mostly braces. */
const FEWEST_BYTES = 200;
/** Pairs of a key and a model that are learned about; ids that no list has come and go. */
const MOST_RATIOS = 10_000;
/** Of a picture as large as Claude looks at (Anthropic, vision: about 1600 tokens, 2026-11); others take less. */
const IMAGE_TOKENS = 1_600;
/** Characters of base64 a token in a document, between plain text and scanned pages: an assumption, never learnt from. */
const MEDIA_CHARACTERS = 20;

/**
 * Tokens of prompts from their bytes, with a ratio for each key and model that real usage corrects. Not for a model
 * alone: a key that sends only rare characters would make the requests of others look three times as large.
 */
export class InputTokenEstimator {
  /** Least recently used first out, so that models that are in use are not forgotten. */
  private readonly ratios = new LRUCache<string, number>({ max: MOST_RATIOS });

  demandOf(model: Model, size: PromptSize, owner: string): TokenDemand {
    const text = size.textBytes * (this.ratios.get(ratioKey(model, owner)) ?? FIRST_GUESS);
    const media = size.images * IMAGE_TOKENS + size.mediaBytes / MEDIA_CHARACTERS;
    const input = Math.min(Math.max(0, Math.ceil(text + media)), model.rules.contextTokens);
    return { input, maxOutput: maxOutputOf(size.maxTokens, model.rules), size, owner };
  }

  learn(model: Model, { textBytes, images, mediaBytes }: PromptSize, usage: Usage, owner: string): void {
    const tokens = usage.input + usage.cacheRead + usage.cacheWrite;
    if (tokens === 0 || textBytes < FEWEST_BYTES || images > 0 || mediaBytes > 0) return;
    const seen = Math.min(BOUNDS.most, Math.max(BOUNDS.least, tokens / textBytes));
    const key = ratioKey(model, owner);
    const believed = this.ratios.get(key) ?? FIRST_GUESS;
    this.ratios.set(key, believed + (seen - believed) * LEARNING);
  }
}

/** Ids of keys have no blanks. */
function ratioKey({ name }: Model, owner: string): string {
  return `${owner} ${name}`;
}

/** Bodies of Bedrock's own API are not checked: what is no number of tokens must not reach a bucket that all keys share. */
function maxOutputOf(maxTokens: unknown, { maxOutputTokens, contextTokens }: ModelRules): number {
  if (typeof maxTokens !== 'number' || !(maxTokens >= 0)) return maxOutputTokens;
  return Math.min(maxTokens, Math.max(maxOutputTokens, contextTokens));
}
