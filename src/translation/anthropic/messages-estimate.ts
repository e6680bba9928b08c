import type { ModelRules } from '../../models/types/model.ts';
import { estimateTokens, PDF_CHARACTERS_A_TOKEN } from '../../wire/token-estimate.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord } from '../../wire/json/json-fields.ts';

/** Anthropic: width × height / 750, at most 1,600 where images are not scaled down before; typical screenshots less. */
const IMAGE_TOKENS = 1_600;
/** What Anthropic adds for the roles of each turn. */
const TOKENS_OF_A_TURN = 4;
/** Anthropic's migration guide: about 30 % more tokens of the same text. */
const TOKENIZER_2026 = 1.3;

/**
 * About how many tokens a request has, where the model has no count of its own: four bytes of UTF-8 are one token, an
 * image is 1,600, a document a fiftieth of its base64.
 */
export function estimateMessages(body: JsonObject, rules: ModelRules): number {
  const turns = Array.isArray(body['messages']) ? body['messages'].length : 0;
  const text = tokensIn(body['system']) + tokensIn(body['messages']) + tokensIn(body['tools']);
  const factor = rules.tokenizer === '2026' ? TOKENIZER_2026 : 1;
  return Math.max(1, Math.ceil((text + turns * TOKENS_OF_A_TURN) * factor));
}

function tokensIn(value: unknown): number {
  if (typeof value === 'string') return estimateTokens(value);
  if (Array.isArray(value)) return value.reduce<number>((tokens, member) => tokens + tokensIn(member), 0);
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1;
  const { type, source } = asRecord(value);
  const { data } = asRecord(source);
  if (type === 'image') return IMAGE_TOKENS;
  if (type === 'document' && typeof data === 'string') return data.length / PDF_CHARACTERS_A_TOKEN;
  return Object.entries(value).reduce((tokens, [name, member]) => tokens + estimateTokens(name) + tokensIn(member), 0);
}
