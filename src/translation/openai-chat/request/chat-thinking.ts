import type { Model } from '../../../models/types/model.ts';
import type { Adjustments } from '../../adjustments.ts';
import type { SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import { thinkingForModel } from '../../thinking-blocks/thinking-history.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

/** A thought as LiteLLM, Envoy and Anthropic's own clients carry it through OpenAI's messages. */
export type ThinkingBlock =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string };

type Fields = Readonly<Record<string, unknown>>;

export function toThinkingBlock(thought: SignedThinking): ThinkingBlock {
  switch (thought.kind) {
    case 'thinking':
      return { type: 'thinking', thinking: thought.text, signature: thought.signature };
    case 'redacted':
      return { type: 'redacted_thinking', data: thought.data };
    default:
      return thought satisfies never;
  }
}

/** How clients give back thoughts, by the field they do it in; the first that holds signed ones counts. */
const DIALECTS: Readonly<Record<string, (message: Fields) => SignedThinking[]>> = {
  thinking_blocks: ({ thinking_blocks: blocks }) => listOf(blocks).flatMap(fromBlock),
  content: ({ content }) => listOf(content).flatMap(fromBlock),
  reasoning_details: ({ reasoning_details: details }) => listOf(details).flatMap(fromDetail),
  reasoning_signature: ({ reasoning_content: text, reasoning_signature: signature }) => thinking(text, signature),
  // Copilot: the text stands beside it under one of these names, or was never shown.
  reasoning_opaque: ({ reasoning_text: text, reasoning_content: other, reasoning_opaque: signature }) =>
    thinking(text ?? other, signature),
};

const READERS = Object.entries(DIALECTS);

/** Fields that tell thoughts without a signature; Claude takes none of them. */
const UNSIGNED_FIELDS = [
  ...Object.keys(DIALECTS).filter((field) => field !== 'content'),
  'reasoning_content',
  'reasoning',
];

/** The signed thoughts that a message of the assistant carries and the model takes back. */
export function readThinking(message: object, model: Model, adjustments: Adjustments): SignedThinking[] {
  const fields = message as Fields;
  for (const [field, read] of READERS) {
    const thoughts = read(fields);
    const param = field === 'content' ? 'thinking_blocks' : field;
    if (thoughts.length > 0) return thinkingForModel(thoughts, model, param, adjustments);
  }
  for (const field of UNSIGNED_FIELDS) {
    const value = fields[field];
    if (Array.isArray(value) ? value.length > 0 : Boolean(value)) adjustments.changed(field, 'unsigned_dropped');
  }
  return [];
}

/** Content without the thoughts in it; what else stands there keeps its place for messages of errors. */
export function withoutThinking<Content>(content: Content): Content {
  if (!Array.isArray(content) || !content.some(isThought)) return content;
  return content.map((part: unknown) => (isThought(part) ? { type: 'text', text: '' } : part)) as Content;
}

function isThought(part: unknown): boolean {
  return isRecord(part) && (part['type'] === 'thinking' || part['type'] === 'redacted_thinking');
}

function fromBlock(block: unknown): SignedThinking[] {
  if (!isRecord(block)) return [];
  if (block['type'] === 'thinking') return thinking(block['thinking'], block['signature']);
  return block['type'] === 'redacted_thinking' ? redacted(block['data']) : [];
}

/** OpenRouter's form; `format` names the vendor whose secret it is. */
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
