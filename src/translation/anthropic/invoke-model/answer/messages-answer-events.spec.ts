import { describe, expect, it } from '@jest/globals';
import { parseExactly } from '../../../../wire/json/exact-json.ts';
import { eventsOfMessage } from './messages-answer-events.ts';

const MESSAGE = `{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[
  {"type":"thinking","thinking":"Hm","signature":"c2ln"},{"type":"redacted_thinking","data":"ZGF0YQ=="},
  {"type":"text","text":"Hello"},{"type":"tool_use","id":"t1","name":"f","input":{"id":9007199254740993,"x":[1.0]}}],
  "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":7}}`;

describe('the events of a whole message', () => {
  const events = eventsOfMessage(parseExactly(MESSAGE) as Record<string, unknown>);
  const ofType = (type: string) => events.filter((event) => event.type === type).map(({ json }) => json);

  it('begin with an empty message and end with its usage', () => {
    expect(JSON.parse(ofType('message_start')[0]!)).toMatchObject({
      type: 'message_start',
      message: { id: 'msg_1', content: [], stop_reason: null, usage: { input_tokens: 5, output_tokens: 0 } },
    });
    expect(JSON.parse(ofType('message_delta')[0]!)).toEqual({
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { input_tokens: 5, output_tokens: 7 },
    });
    expect(events.at(-1)).toEqual({ type: 'message_stop', json: '{"type":"message_stop"}' });
  });

  it('contain each block with its deltas, and keep the digits of numbers', () => {
    const deltas = ofType('content_block_delta').map((json) => (JSON.parse(json) as { delta: object }).delta);
    expect(deltas).toEqual([
      { type: 'thinking_delta', thinking: 'Hm' },
      { type: 'signature_delta', signature: 'c2ln' },
      { type: 'text_delta', text: 'Hello' },
      { type: 'input_json_delta', partial_json: '{"id":9007199254740993,"x":[1.0]}' },
    ]);
    const starts = ofType('content_block_start').map((json) => JSON.parse(json) as object);
    expect(starts).toMatchObject([
      { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { index: 1, content_block: { type: 'redacted_thinking', data: 'ZGF0YQ==' } },
      { index: 2, content_block: { type: 'text', text: '' } },
      { index: 3, content_block: { type: 'tool_use', id: 't1', name: 'f', input: {} } },
    ]);
    expect(ofType('content_block_stop')).toHaveLength(4);
  });
});
