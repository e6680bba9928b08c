import { describe, expect, it } from '@jest/globals';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

import type { ConverseEvent } from '../../../wire/converse.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { chatStream } from './chat-stream.ts';
import type { ChatRequest } from '../chat-request.types.ts';

const REPLY: AnswerOptions = { id: 'abc', created: 1_790_000_000, model: 'claude "x"', thinkingByName: false };
const REQUEST: ChatRequest = { model: 'any', messages: [] };

const start: ConverseEvent = { messageStart: { role: 'assistant' } };
const stop: ConverseEvent = { messageStop: { stopReason: 'end_turn' } };
const metadata: ConverseEvent = {
  metadata: { usage: { inputTokens: 5, outputTokens: 10, totalTokens: 15 }, metrics: { latencyMs: 1 } },
};
function text(text: string): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } };
}
function thinking(text: string): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text } } } };
}

/** Returns the parsed frames of a stream. The terminator remains text. */
function chunks(events: readonly (readonly [ConverseEvent, number])[], request = REQUEST, reply = REPLY) {
  const writer = chatStream(request, reply);
  const frames = [...events.flatMap(([event, call]) => writer.onEvent(event, call)), ...writer.onEnd()];
  return frames.map(({ data }) => (data === '[DONE]' ? data : (JSON.parse(data) as ChatCompletionChunk)));
}

describe('chat stream', () => {
  it('writes the same JSON as JSON.stringify', () => {
    const awkward = 'a"b\\c\n\u2028</script>\ud800😀';
    const [frame] = chatStream(REQUEST, REPLY).onEvent(text(awkward), 0);
    expect(frame?.data).toBe(
      JSON.stringify({
        id: 'chatcmpl-abc',
        object: 'chat.completion.chunk',
        created: 1_790_000_000,
        model: 'claude "x"',
        choices: [{ index: 0, delta: { content: awkward }, logprobs: null, finish_reason: null }],
      } satisfies ChatCompletionChunk),
    );
  });

  it('sends the role, the text, the finish reason and the terminator', () => {
    expect(
      chunks([
        [start, 0],
        [text('Hi'), 0],
        [text(''), 0],
        [stop, 0],
        [metadata, 0],
      ]),
    ).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: '', refusal: null }, finish_reason: null }] },
      { choices: [{ delta: { content: 'Hi' }, finish_reason: null }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      '[DONE]',
    ]);
  });

  it('sends null usage on every chunk and the sum at the end, with include_usage', () => {
    const request = { ...REQUEST, n: 2, stream_options: { include_usage: true } };
    const both = [0, 1].flatMap((call) => [start, text('Hi'), stop, metadata].map((event) => [event, call] as const));
    const written = chunks(both, request);
    expect(written.slice(0, 6)).toMatchObject(Array.from({ length: 6 }, () => ({ usage: null })));
    expect(written.slice(6)).toMatchObject([
      { choices: [], usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 } },
      '[DONE]',
    ]);
  });

  it('sends each upstream call as one choice, also if the calls interleave', () => {
    const written = chunks([
      [start, 1],
      [start, 0],
      [text('b'), 1],
      [text('a'), 0],
      [stop, 1],
      [stop, 0],
    ]);
    const indexes = written.flatMap((chunk) =>
      typeof chunk === 'string' ? [] : chunk.choices.map(({ index }) => index),
    );
    expect(indexes).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('sends thinking as reasoning_content, and also as thinking if the request or the model name enables it', () => {
    const delta = { choices: [{ delta: { reasoning_content: 'Hm.' } }] };
    const both = { choices: [{ delta: { reasoning_content: 'Hm.', thinking: 'Hm.' } }] };
    expect(chunks([[thinking('Hm.'), 0]])[0]).toMatchObject(delta);
    expect(JSON.stringify(chunks([[thinking('Hm.'), 0]])[0])).not.toContain('"thinking"');
    expect(chunks([[thinking('Hm.'), 0]], { ...REQUEST, thinking: true })[0]).toMatchObject(both);
    expect(chunks([[thinking('Hm.'), 0]], REQUEST, { ...REPLY, thinkingByName: true })[0]).toMatchObject(both);
  });

  it('sends nothing for the end of a text block and for unknown events', () => {
    const quiet = [{ contentBlockStop: { contentBlockIndex: 0 } }, { somethingNew: {} }] as ConverseEvent[];
    expect(chunks(quiet.map((event) => [event, 0]))).toEqual(['[DONE]']);
  });

  it('sends signed thinking as a whole at its end, with or without a stop event', () => {
    const piece = (contentBlockIndex: number, reasoningContent: object) =>
      ({ contentBlockDelta: { contentBlockIndex, delta: { reasoningContent } } }) as ConverseEvent;
    const events = [
      piece(0, { text: 'Hm' }),
      piece(0, { text: '.' }),
      piece(0, { signature: 'c2ln' }),
      piece(1, { redactedContent: 'YQ==' }),
      piece(1, { redactedContent: 'YmM=' }),
      { contentBlockStop: { contentBlockIndex: 1 } },
      piece(2, { text: 'Without a signature.' }),
      { ...stop },
    ];
    const blocks = chunks(events.map((event) => [event, 0])).flatMap((chunk) =>
      typeof chunk === 'string'
        ? []
        : ((chunk.choices[0]?.delta as { thinking_blocks?: object[] } | undefined)?.thinking_blocks ?? []),
    );
    expect(blocks).toEqual([
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'YWJj' },
    ]);
  });

  it('appends the model name to signatures that are bound to the model', () => {
    const signed = { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'c2ln' } } } };
    expect(
      chunks(
        [
          [signed as ConverseEvent, 0],
          [stop, 0],
        ],
        REQUEST,
        { ...REPLY, thinkingBoundTo: 'm' },
      )[0],
    ).toMatchObject({
      choices: [{ delta: { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'c2ln#m' }] } }],
    });
  });
});
