import type { Model } from '../../../models/types/model.ts';
import type { Adjustments } from '../../adjustments.ts';
import type { SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import { thinkingForModel } from '../../thinking-blocks/thinking-history.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** Signed thinking in the format in which LiteLLM, Envoy and Anthropic's clients add it to OpenAI's messages. */
export type ThinkingBlock =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string };

type Fields = Readonly<Record<string, unknown>>;

/** Converts signed thinking to the format of `thinking_blocks`. */
export function toThinkingBlock(signed: SignedThinking): ThinkingBlock {
  switch (signed.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: signed.text, signature: signed.signature };
    case 'redacted':
      return { type: 'redacted_thinking', data: signed.data };
    default:
      return signed satisfies never;
  }
}

/**
 * Fields in which clients send thinking back, with the reader of each. The first field with signed thinking is used.
 */
const READERS_BY_FIELD: Readonly<Record<string, (message: Fields) => SignedThinking[]>> = {
  thinking_blocks: ({ thinking_blocks: blocks }) => listOf(blocks).flatMap(fromBlock),
  content: ({ content }) => listOf(content).flatMap(fromBlock),
  reasoning_details: ({ reasoning_details: details }) => listOf(details).flatMap(fromDetail),
  reasoning_signature: ({ reasoning_content: text, reasoning_signature: signature }) => thinking(text, signature),
  // Copilot sends the text in one of the other two fields, or omits it.
  reasoning_opaque: ({ reasoning_text: text, reasoning_content: other, reasoning_opaque: signature }) =>
    thinking(text ?? other, signature),
};

const READERS = Object.entries(READERS_BY_FIELD);

/** Fields that may hold thinking without a signature, which Claude does not accept. */
const UNSIGNED_FIELDS = [
  ...Object.keys(READERS_BY_FIELD).filter((field) => field !== 'content'),
  'reasoning_content',
  'reasoning',
];

/**
 * Returns the signed thinking of an assistant message that the model accepts. Reports thinking that is dropped.
 *
 * @param message - an assistant message as the client sent it
 */
export function readThinking(message: object, model: Model, adjustments: Adjustments): SignedThinking[] {
  const fields = message as Fields;
  for (const [field, read] of READERS) {
    const blocks = read(fields);
    const param = field === 'content' ? 'thinking_blocks' : field;
    if (blocks.length > 0) return thinkingForModel(blocks, model, param, adjustments);
  }
  for (const field of UNSIGNED_FIELDS) {
    const value = fields[field];
    if (Array.isArray(value) ? value.length > 0 : Boolean(value)) adjustments.changed(field, 'unsigned_dropped');
  }
  return [];
}

/**
 * Replaces thinking among the content parts with empty text. The other parts keep their index, so that errors report the
 * client's path.
 */
export function withoutThinking<Content>(content: Content): Content {
  if (!Array.isArray(content) || !content.some(isThinking)) return content;
  return content.map((part: unknown) => (isThinking(part) ? { type: 'text', text: '' } : part)) as Content;
}

function isThinking(part: unknown): boolean {
  return isRecord(part) && (part['type'] === 'thinking' || part['type'] === 'redacted_thinking');
}

function fromBlock(block: unknown): SignedThinking[] {
  if (!isRecord(block)) return [];
  if (block['type'] === 'thinking') return thinking(block['thinking'], block['signature']);
  return block['type'] === 'redacted_thinking' ? redacted(block['data']) : [];
}

/** Reads OpenRouter's format. `format` names the vendor that encrypted the thinking. */
function fromDetail(detail: unknown): SignedThinking[] {
  if (!isRecord(detail)) return [];
  const { type, format } = detail;
  if (typeof format === 'string' && !format.startsWith('anthropic')) return [];
  if (type === 'reasoning.text') return thinking(detail['text'], detail['signature']);
  return type === 'reasoning.encrypted' ? redacted(detail['data']) : [];
}

function thinking(text: unknown, signature: unknown): SignedThinking[] {
  if (typeof signature !== 'string' || signature === '') return [];
  return [{ kind: 'thinking', text: typeof text === 'string' ? text : '', signature }];
}

function redacted(data: unknown): SignedThinking[] {
  return typeof data === 'string' && data !== '' ? [{ kind: 'redacted', data }] : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
