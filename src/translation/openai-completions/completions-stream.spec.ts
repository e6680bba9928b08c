import { describe, expect, it } from '@jest/globals';

import type { ConverseEvent } from '../../wire/converse.ts';
import type { AnswerOptions } from '../dialect.ts';
import type { CompletionsRequest } from './completions-request.ts';
import { completionsStream } from './completions-stream.ts';

const REPLY: AnswerOptions = { id: 'abc', created: 1_790_000_000, model: 'claude', thinkingByName: false };
const EVENTS: ConverseEvent[] = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'Hm.' } } } },
  { contentBlockDelta: { contentBlockIndex: 1, delta: { text: ' there was' } } },
  { messageStop: { stopReason: 'max_tokens' } },
];

function written(request: CompletionsRequest): unknown[] {
  const writer = completionsStream(request, REPLY);
  const calls = [0, 1].flatMap((call) => EVENTS.flatMap((event) => writer.onEvent(event, call)));
  return [...calls, ...writer.onEnd()].map(({ data }) => (data === '[DONE]' ? data : JSON.parse(data)));
}

describe('completions stream', () => {
  it('sends the echoed prompt of each choice, then thinking, text and the finish reason', () => {
    expect(written({ model: 'any', prompt: ['Once', 'Twice'], echo: true })).toMatchObject([
      { object: 'text_completion', choices: [{ index: 0, text: 'Once', finish_reason: null }] },
      { choices: [{ index: 0, text: '', thinking: 'Hm.' }] },
      { choices: [{ index: 0, text: ' there was' }] },
      { choices: [{ index: 0, text: '', finish_reason: 'length' }] },
      { choices: [{ index: 1, text: 'Twice' }] },
      { choices: [{ index: 1, thinking: 'Hm.' }] },
      { choices: [{ index: 1, text: ' there was' }] },
      { choices: [{ index: 1, finish_reason: 'length' }] },
      '[DONE]',
    ]);
  });
});
