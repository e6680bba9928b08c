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
function thought(text: string): ConverseEvent {
  return { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text } } } };
}

/** All frames of a stream, parsed; the terminator stays text. */
function chunks(events: readonly (readonly [ConverseEvent, number])[], request = REQUEST, reply = REPLY) {
  const writer = chatStream(request, reply);
  const frames = [...events.flatMap(([event, call]) => writer.onEvent(event, call)), ...writer.onEnd()];
  return frames.map(({ data }) => (data === '[DONE]' ? data : (JSON.parse(data) as ChatCompletionChunk)));
}

describe('chat stream', () => {
  it('writes what JSON.stringify would have written', () => {
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

  it('goes role, text, finish, terminator', () => {
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

  it('has usage null on every chunk and the sum at the end, when asked', () => {
    const request = { ...REQUEST, n: 2, stream_options: { include_usage: true } };
    const both = [0, 1].flatMap((call) => [start, text('Hi'), stop, metadata].map((event) => [event, call] as const));
    const written = chunks(both, request);
    expect(written.slice(0, 6)).toMatchObject(Array.from({ length: 6 }, () => ({ usage: null })));
    expect(written.slice(6)).toMatchObject([
      { choices: [], usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 } },
      '[DONE]',
    ]);
  });

  it('gives every call its own choice, however they interleave', () => {
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

  it('shows thoughts as reasoning_content, and as thinking to those who asked by that word', () => {
    const delta = { choices: [{ delta: { reasoning_content: 'Hm.' } }] };
    const both = { choices: [{ delta: { reasoning_content: 'Hm.', thinking: 'Hm.' } }] };
    expect(chunks([[thought('Hm.'), 0]])[0]).toMatchObject(delta);
    expect(JSON.stringify(chunks([[thought('Hm.'), 0]])[0])).not.toContain('"thinking"');
    expect(chunks([[thought('Hm.'), 0]], { ...REQUEST, thinking: true })[0]).toMatchObject(both);
    expect(chunks([[thought('Hm.'), 0]], REQUEST, { ...REPLY, thinkingByName: true })[0]).toMatchObject(both);
  });

  it('says nothing for ends of text, and for events of next year', () => {
    const quiet = [{ contentBlockStop: { contentBlockIndex: 0 } }, { somethingNew: {} }] as ConverseEvent[];
    expect(chunks(quiet.map((event) => [event, 0]))).toEqual(['[DONE]']);
  });

  it('tells signed thoughts whole, at their end, with or without an event that says so', () => {
    const piece = (contentBlockIndex: number, reasoningContent: object) =>
      ({ contentBlockDelta: { contentBlockIndex, delta: { reasoningContent } } }) as ConverseEvent;
    const events = [
      piece(0, { text: 'Hm' }),
      piece(0, { text: '.' }),
      piece(0, { signature: 'c2ln' }),
      piece(1, { redactedContent: 'YQ==' }),
      piece(1, { redactedContent: 'YmM=' }),
      { contentBlockStop: { contentBlockIndex: 1 } },
      piece(2, { text: 'Nobody signed this.' }),
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

  it('names the model behind signatures that hold for it alone', () => {
    const signed = { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'c2ln' } } } };
    expect(
      chunks(
        [
          [signed as ConverseEvent, 0],
          [stop, 0],
        ],
        REQUEST,
        { ...REPLY, thoughtsBoundTo: 'm' },
      )[0],
    ).toMatchObject({
      choices: [{ delta: { thinking_blocks: [{ type: 'thinking', thinking: '', signature: 'c2ln#m' }] } }],
    });
  });
});
