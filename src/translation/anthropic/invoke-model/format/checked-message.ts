import { asRecord, asRecordList, type JsonObject } from '../../../../wire/json/json-fields.ts';
import type { SchemaCheck } from '../../../json-schema/expected-output.ts';
import { extractJson } from '../../../structured/json-text/json-extraction.ts';
import type { CheckedAnswer } from '../../../structured/structured-answer.ts';

/** Stop reasons of a complete answer in text. The others mean a tool call, a refusal or an incomplete answer. */
const FINISHED: readonly unknown[] = ['end_turn', 'stop_sequence'];

/**
 * Extracts the JSON from the text of a message and checks it, for requests whose prompt contains the format. Returns
 * the message with the JSON as its only text.
 */
export async function checkedMessage<Message extends { content: unknown }>(
  message: Message,
  check: SchemaCheck,
): Promise<CheckedAnswer<Message>> {
  const blocks = asRecordList(message.content);
  const { stop_reason: end } = asRecord(message);
  if (!FINISHED.includes(end) || blocks.some((block) => asRecord(block)['type'] === 'tool_use')) {
    return { answer: message };
  }
  const text = blocks.map((block) => textOf(asRecord(block))).join('');
  const read = await extractJson(text, check);
  // A stop sequence of the client may end the answer in the middle of its JSON.
  if ('problem' in read)
    return end === 'stop_sequence' ? { answer: message } : { answer: message, problem: read.problem };
  const others = blocks.filter((block) => asRecord(block)['type'] !== 'text');
  const answer = { ...message, content: [...others, { type: 'text', text: read.json }] };
  return 'unchecked' in read ? { answer, unchecked: read.unchecked } : { answer };
}

function textOf({ type, text }: JsonObject): string {
  return type === 'text' && typeof text === 'string' ? text : '';
}
