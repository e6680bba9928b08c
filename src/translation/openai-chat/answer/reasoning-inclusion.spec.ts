import { describe, expect, it } from '@jest/globals';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';

import { answerToEvents } from '../../../wire/answer-events.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import type { AnswerOptions } from '../../dialect.ts';
import type { SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import type { ChatRequest } from '../chat-request.types.ts';
import { chatResponse } from './chat-response.ts';
import { chatStream } from './chat-stream.ts';

const REQUEST: ChatRequest = { messages: [], thinking: true, stream_options: { include_usage: true } };
const REPLY: AnswerOptions = { id: 'abc', created: 1_790_000_000, model: 'claude', thinkingByName: false };
const ANSWER = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Which city?', signature: 'c2ln' } } },
        { reasoningContent: { redactedContent: 'YWJj' } },
        { text: 'I look.' },
        { toolUse: { toolUseId: 'one', name: 'look', input: { n: 1 } } },
        { reasoningContent: { reasoningText: { text: 'Again.', signature: 'c2ln' } } },
        { toolUse: { toolUseId: 'two', name: 'look', input: { n: 2 } } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage: { inputTokens: 5, outputTokens: 100, totalTokens: 105 },
} as unknown as ConverseAnswer;
const REASONING = /"(reasoning_content|thinking_blocks|thinking)":|Which city|Again|YWJj|c2ln/;

/** Returns the chunks of the stream of `ANSWER`. */
function chunksFor(request: ChatRequest, reply = REPLY): ChatCompletionChunk[] {
  const writer = chatStream(request, reply);
  const frames = [...answerToEvents(ANSWER).flatMap((event) => writer.onEvent(event, 0)), ...writer.onEnd()];
  return frames.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data) as ChatCompletionChunk);
}

/** Returns options that record the thinking of each call, in the id of the call. */
function recording(): { reply: AnswerOptions; saved: Record<string, readonly SignedThinking[]> } {
  const saved: Record<string, readonly SignedThinking[]> = {};
  const saveThinking: AnswerOptions['saveThinking'] = ({ id }, thinking) => {
    saved[id] = thinking;
    return `saved_${id}`;
  };
  return { reply: { ...REPLY, saveThinking }, saved };
}

describe('include_reasoning', () => {
  const omitting = { ...REQUEST, include_reasoning: false };

  it.each([true, null])('changes nothing if it is %s', (include_reasoning) => {
    const request = { ...REQUEST, include_reasoning };
    expect(chatResponse([ANSWER], request, REPLY)).toEqual(chatResponse([ANSWER], REQUEST, REPLY));
    expect(chunksFor(request)).toEqual(chunksFor(REQUEST));
    expect(JSON.stringify(chunksFor(request))).toMatch(REASONING);
  });

  it('omits the reasoning of every choice if it is false, and keeps text, calls and usage', () => {
    const full = chatResponse([ANSWER, ANSWER], REQUEST, REPLY);
    const reduced = chatResponse([ANSWER, ANSWER], omitting, REPLY);
    expect(JSON.stringify(reduced)).not.toMatch(REASONING);
    expect(reduced.usage).toEqual(full.usage);
    expect(reduced.usage.thinking_tokens).toBeGreaterThan(0);
    const choices = full.choices.map(({ thinking: _thinking, message, ...choice }) => {
      const { reasoning_content: _text, thinking_blocks: _blocks, ...rest } = message;
      return { ...choice, message: rest };
    });
    expect(reduced).toEqual({ ...full, choices });
  });

  it('omits the chunks of the reasoning if it is false, and no others', () => {
    const others = chunksFor(REQUEST).filter((chunk) => !REASONING.test(JSON.stringify(chunk)));
    expect(chunksFor(omitting)).toEqual(others);
    expect(others.at(-1)).toMatchObject({ usage: { completion_tokens: 100 } });
  });

  it.each([
    ['a whole answer', (reply: AnswerOptions) => chatResponse([ANSWER], omitting, reply)],
    ['a stream', (reply: AnswerOptions) => chunksFor(omitting, reply)],
  ])('stores the thinking before the calls of %s', (_, answerWith) => {
    const { reply, saved } = recording();
    const text = JSON.stringify(answerWith(reply));
    expect(text).toContain('saved_one');
    expect(text).not.toMatch(REASONING);
    expect(saved).toEqual({
      one: [
        { kind: 'thinking', text: 'Which city?', signature: 'c2ln' },
        { kind: 'redacted', data: 'YWJj' },
      ],
      two: [{ kind: 'thinking', text: 'Again.', signature: 'c2ln' }],
    });
  });
});
