import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Completion } from 'openai/resources/completions';

import { GatewayError, toErrorBody } from '../../src/errors/errors.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { completionsDialect } from '../../src/translation/openai-completions/completions-dialect.ts';
import type { CompletionsRequest } from '../../src/translation/openai-completions/completions-request.ts';
import { answerToEvents } from '../../src/wire/answer-events.ts';
import type { ConverseAnswer, ConverseEvent } from '../../src/wire/converse.ts';
import { toInvokeBody } from '../../src/translation/anthropic/invoke-model/request/invoke-body.ts';
import { messagesDialect } from '../../src/translation/anthropic/converse/messages-dialect.ts';
import type { MessagesRequest } from '../../src/translation/anthropic/types.ts';
import { cardOf, contextOf, GENERATIONS } from '../support/model-cards.ts';
import { responsesDialect } from '../../src/translation/openai-responses/responses-dialect.ts';
import type { ResponseObject } from '../../src/translation/openai-responses/answer/response-object.ts';
import type { Dialect, DialectRequest, FrameWriter, AnswerOptions } from '../../src/translation/dialect.ts';
import { messageOf } from '../support/message-of.ts';
import { checkOpenResponses } from '../support/open-responses.ts';
import { specValidator } from '../support/openai-spec.ts';
import type { SseFrame } from '../../src/wire/sse-frame.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';
import type { ResponsesRequest } from '../../src/translation/openai-responses/responses-request.types.ts';

/** Snapshots of every fixture in every dialect: a change of the wire format is a change of a snapshot file. */

const FIXTURES = new URL('../fixtures/', import.meta.url);
const REPLY: AnswerOptions = { id: '0123456789abcdef', created: 1_790_000_000, model: 'claude', thinkingByName: false };
const checkSpec = specValidator();

/** Encrypted content that is readable in snapshots. */
const SEALING: AnswerOptions = {
  ...REPLY,
  seal: (bytes, kind) => `${kind}:${Buffer.from(bytes).toString('base64url')}`,
};
const RESPONSES: ResponsesRequest = {
  model: 'm',
  input: 'Hi',
  instructions: 'Be brief.',
  include: ['reasoning.encrypted_content'],
  tools: [
    { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} }, strict: null },
    { type: 'local_shell' },
  ],
};

const MESSAGES: MessagesRequest = {
  model: 'm',
  max_tokens: 1_000,
  messages: [],
  stop_sequences: ['END'],
  tools: [{ name: 'get_weather', input_schema: { type: 'object' } }],
};

interface Fixture<Content> {
  name: string;
  content: Content;
}

function requests<Content>(dialect: string): Fixture<Content>[] {
  return read<Content>(`${dialect}/requests/`, '.json', (text) => JSON.parse(text) as Content);
}

function read<Content>(folder: string, ending: string, parse: (text: string) => Content): Fixture<Content>[] {
  const directory = new URL(folder, FIXTURES);
  return readdirSync(directory)
    .filter((file) => file.endsWith(ending))
    .toSorted()
    .map((file) => ({
      name: file.slice(0, -ending.length),
      content: parse(readFileSync(new URL(file, directory), 'utf8')),
    }));
}

const ANSWERS = read('converse/', '.json', (text) => JSON.parse(text) as ConverseAnswer);
const STREAMS = read('converse/', '.jsonl', (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ConverseEvent),
);

/** Returns the result, or the error as the client receives it. */
function orError<Result>(work: () => Result) {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { status: error.status, ...toErrorBody(error) };
  }
}

function byGeneration<Request extends DialectRequest, Answer>(dialect: Dialect<Request, Answer>, request: Request) {
  return grouped(GENERATIONS, (generation) => dialect.toConverse(request, contextOf(generation)));
}

/** Returns the body for each generation; generations with equal bodies share an entry. */
function grouped<Name extends string>(generations: readonly Name[], translate: (generation: Name) => unknown) {
  const groups = new Map<string, string[]>();
  for (const generation of generations) {
    const text = JSON.stringify(orError(() => translate(generation)));
    groups.set(text, [...(groups.get(text) ?? []), generation]);
  }
  return Object.fromEntries([...groups].map(([text, names]) => [names.join(' '), JSON.parse(text) as unknown]));
}

function frames<Request extends DialectRequest, Answer>(
  dialect: Dialect<Request, Answer>,
  request: Request,
  events: readonly ConverseEvent[],
): string[] {
  const writer = dialect.toFrames(request, REPLY);
  const calls = events.flatMap((event) => writer.onEvent(event, 0));
  return [...calls, ...writer.onEnd()].map(({ data }) => data);
}

/** Returns the end of a stream, successful or failed. */
function endOf(writer: FrameWriter): readonly SseFrame[] {
  try {
    return writer.onEnd();
  } catch (error) {
    return writer.onFailure?.(error as GatewayError) ?? [];
  }
}

describe('chat requests', () => {
  it.each(requests<ChatRequest>('chat'))('$name', ({ content }) => {
    expect(byGeneration(chatDialect, content)).toMatchSnapshot();
  });
});

describe('completions requests', () => {
  it.each(requests<CompletionsRequest>('completions'))('$name', ({ content }) => {
    expect(byGeneration(completionsDialect, content)).toMatchSnapshot();
  });
});

describe('messages requests', () => {
  const claudes = GENERATIONS.filter((generation) => cardOf(generation).rules.family === 'claude');

  it.each(requests<MessagesRequest>('messages'))('$name', ({ content }) => {
    const translate = (generation: (typeof claudes)[number]): object => {
      const { renamed: _names, ...translation } = toInvokeBody(content, {}, contextOf(generation));
      return translation;
    };
    expect(grouped(claudes, translate)).toMatchSnapshot();
  });
});

describe('messages requests to other models', () => {
  const others = GENERATIONS.filter((generation) => cardOf(generation).rules.family !== 'claude');

  it.each(requests<MessagesRequest>('messages'))('$name', ({ content }) => {
    expect(
      grouped(others, (generation) => messagesDialect.toConverse(content, contextOf(generation))),
    ).toMatchSnapshot();
  });
});

describe('responses requests', () => {
  it.each(requests<ResponsesRequest>('responses'))('$name', ({ content }) => {
    expect(byGeneration(responsesDialect, content)).toMatchSnapshot();
  });
});

describe('answers', () => {
  const chat: ChatRequest = { model: 'm', messages: [], thinking: true };
  const completions: CompletionsRequest = { model: 'm', prompt: 'Say:', echo: true, thinking: true };

  it.each(ANSWERS)('$name in chat', ({ content }) => {
    const answer = orError(() => chatDialect.toAnswer([content], chat, REPLY) satisfies ChatCompletion);
    expect(answer).toMatchSnapshot();
    checkSpec('error' in answer ? 'ErrorResponse' : 'CreateChatCompletionResponse', answer);
  });

  it.each(ANSWERS)('$name in completions', ({ content }) => {
    const answer = orError(() => completionsDialect.toAnswer([content], completions, REPLY) satisfies Completion);
    expect(answer).toMatchSnapshot();
    checkSpec('error' in answer ? 'ErrorResponse' : 'CreateCompletionResponse', answer);
  });

  it.each(ANSWERS)('$name in responses', ({ content }) => {
    const answer = orError(() => responsesDialect.toAnswer([content], RESPONSES, SEALING));
    expect(answer).toMatchSnapshot();
    checkSpec('error' in answer && answer.error ? 'ErrorResponse' : 'Response', answer);
  });

  it.each(ANSWERS)('$name in messages', ({ content }) => {
    expect(orError(() => messagesDialect.toAnswer([content], MESSAGES, REPLY))).toMatchSnapshot();
  });

  it('of two calls become two choices with one usage', () => {
    const [text, thinking] = ['text', 'thinking'].map(
      (name) => ANSWERS.find((fixture) => fixture.name === name)?.content,
    );
    const answer = chatDialect.toAnswer(
      [text, thinking] as ConverseAnswer[],
      { model: 'm', messages: [], n: 2 },
      REPLY,
    );
    expect(answer).toMatchSnapshot();
    checkSpec('CreateChatCompletionResponse', answer);
  });
});

describe('streams', () => {
  const stream = { model: 'm', stream: true, stream_options: { include_usage: true } } as const;
  const plain: ChatRequest = { model: 'm', stream: true, messages: [] };

  it.each(STREAMS)('$name in chat', ({ content }) => {
    const written = frames(chatDialect, { ...stream, messages: [], thinking: true }, content);
    expect(written.join('\n')).toMatchSnapshot();
    for (const data of written.slice(0, -1)) {
      checkSpec('CreateChatCompletionStreamResponse', JSON.parse(data) as ChatCompletionChunk);
    }
  });

  it.each(STREAMS)('$name in chat, without usage and reasoning', ({ content }) => {
    expect(frames(chatDialect, plain, content).join('\n')).toMatchSnapshot();
  });

  it.each(STREAMS)('$name in completions', ({ content }) => {
    const written = frames(completionsDialect, { ...stream, prompt: 'Say:', echo: true }, content);
    expect(written.join('\n')).toMatchSnapshot();
  });

  it.each(STREAMS)('$name in responses', ({ content }) => {
    const writer = responsesDialect.toFrames({ ...RESPONSES, stream: true }, SEALING);
    const written = content.flatMap((event) => writer.onEvent(event, 0));
    const frames = [...written, ...endOf(writer)];
    expect(frames.map(({ data }) => data).join('\n')).toMatchSnapshot();
    const events = frames.map(({ data }) => JSON.parse(data) as { type: string; sequence_number: number });
    expect(events.map(({ type }) => type)).toEqual(frames.map(({ event }) => event));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    for (const event of events) {
      checkSpec('ResponseStreamEvent', event);
      checkOpenResponses('event', event);
    }
  });

  it.each(STREAMS)('$name in messages', ({ content }) => {
    const writer = messagesDialect.toFrames(MESSAGES, REPLY);
    const written = [...content.flatMap((event) => writer.onEvent(event, 0)), ...writer.onEnd()];
    expect(written.map(({ event, data }) => `${event}: ${data}`).join('\n')).toMatchSnapshot();
    for (const { event, data } of written) expect((JSON.parse(data) as { type: string }).type).toBe(event);
  });

  it.each(ANSWERS)('$name in messages assembles to the plain answer', ({ content }) => {
    const plain = orError(() => messagesDialect.toAnswer([content], MESSAGES, REPLY));
    if ('error' in plain) return;
    const writer = messagesDialect.toFrames(MESSAGES, REPLY);
    const written = [...answerToEvents(content).flatMap((event) => writer.onEvent(event, 0)), ...writer.onEnd()];
    expect(messageOf(written.map(({ data }) => data))).toEqual(JSON.parse(JSON.stringify(plain)));
  });

  it.each(ANSWERS)('$name in responses ends with the plain answer', ({ content }) => {
    const writer = responsesDialect.toFrames(RESPONSES, SEALING);
    const plain = orError(() => responsesDialect.toAnswer([content], RESPONSES, SEALING));
    if ('error' in plain && plain.error) return;
    const frames = [...answerToEvents(content).flatMap((event) => writer.onEvent(event, 0)), ...writer.onEnd()];
    const last = JSON.parse(frames.at(-1)!.data) as { response: ResponseObject };
    expect(last.response).toEqual(JSON.parse(JSON.stringify(plain)));
  });
});
