import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../../wire/json/json-fields.ts';
import type { MessagesEvent } from '../../../../wire/messages-events.ts';

/** Returns the stream events for a whole message. Unknown fields of a block are part of its start event. */
export function eventsOfMessage(message: JsonObject): MessagesEvent[] {
  const { stop_reason: reason, stop_sequence: sequence, usage, content } = message;
  const opening = { ...message, content: [], stop_reason: null, stop_sequence: null };
  return [
    event('message_start', { message: { ...opening, usage: { ...asRecord(usage), output_tokens: 0 } } }),
    ...asRecordList(content).flatMap((block, index) => eventsOfBlock(asRecord(block), index)),
    event('message_delta', { delta: { stop_reason: reason, stop_sequence: sequence ?? null }, usage }),
    event('message_stop', {}),
  ];
}

function eventsOfBlock(block: JsonObject, index: number): MessagesEvent[] {
  const { start, deltas } = partsOf(block);
  return [
    event('content_block_start', { index, content_block: start }),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ];
}

function partsOf(block: JsonObject): { start: JsonObject; deltas: JsonObject[] } {
  switch (block['type']) {
    case 'text':
      return { start: { ...block, text: '' }, deltas: [{ type: 'text_delta', text: block['text'] }] };
    case 'thinking': {
      const { thinking, signature } = block;
      const signed = signature === undefined ? [] : [{ type: 'signature_delta', signature }];
      return {
        start: { ...block, thinking: '', signature: '' },
        deltas: [{ type: 'thinking_delta', thinking }, ...signed],
      };
    }
    case 'tool_use': {
      const json = JSON.stringify(block['input'] ?? {});
      return { start: { ...block, input: {} }, deltas: [{ type: 'input_json_delta', partial_json: json }] };
    }
    default:
      return { start: block, deltas: [] };
  }
}

function event(type: string, fields: JsonObject): MessagesEvent {
  return { type, json: JSON.stringify({ type, ...fields }) };
}
