import type { ModelRules } from '../../models/types/model.ts';
import { estimateTokens, PDF_CHARACTERS_PER_TOKEN } from '../../wire/token-estimate.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord } from '../../wire/json/json-fields.ts';

/**
 * Tokens of an image. Anthropic: width × height / 750, at most 1,600 for images that need no scaling. Screenshots need
 * fewer.
 */
const IMAGE_TOKENS = 1_600;
/** Tokens that Anthropic adds for the role of each turn. */
const TOKENS_PER_TURN = 4;
/**
 * Factor for models with the tokenizer of 2026: about 30 % more tokens for the same text (Anthropic's migration guide).
 */
const TOKENIZER_2026 = 1.3;

/**
 * Estimates the input tokens of a request for models that Bedrock cannot count for. One token is four bytes of UTF-8.
 * An image has 1,600 tokens. A document in base64 has one token for each `PDF_CHARACTERS_PER_TOKEN` characters.
 */
export function estimateMessages(body: JsonObject, rules: ModelRules): number {
  const turns = Array.isArray(body['messages']) ? body['messages'].length : 0;
  const text = tokensIn(body['system']) + tokensIn(body['messages']) + tokensIn(body['tools']);
  const factor = rules.tokenizer === '2026' ? TOKENIZER_2026 : 1;
  return Math.max(1, Math.ceil((text + turns * TOKENS_PER_TURN) * factor));
}

function tokensIn(value: unknown): number {
  if (typeof value === 'string') return estimateTokens(value);
  if (Array.isArray(value)) return value.reduce<number>((tokens, member) => tokens + tokensIn(member), 0);
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1;
  const { type, source } = asRecord(value);
  const { data } = asRecord(source);
  if (type === 'image') return IMAGE_TOKENS;
  if (type === 'document' && typeof data === 'string') return data.length / PDF_CHARACTERS_PER_TOKEN;
  return Object.entries(value).reduce((tokens, [name, member]) => tokens + estimateTokens(name) + tokensIn(member), 0);
}
