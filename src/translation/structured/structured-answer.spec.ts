import { describe, expect, it } from '@jest/globals';

import { answerToEvents } from '../../wire/answer-events.ts';
import type { ContentBlock, ConverseAnswer, ConverseEvent } from '../../wire/converse.ts';
import { refusalTextOf } from '../answer/model-refusal.ts';
import type { SchemaCheck, ExpectedOutput } from '../json-schema/expected-output.ts';
import { SchemaCompiler } from '../json-schema/schema-compiler.ts';
import { checkStructuredAnswer } from './structured-answer.ts';
import { StructuredEventFilter } from './structured-events.ts';

const SCHEMA = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
const validate = new SchemaCompiler().compile(SCHEMA);
const check: SchemaCheck = (_json, value) => {
  const problem = validate(value);
  return problem === undefined ? 'conforms' : { problem };
};
const TOOL: ExpectedOutput = { field: 'f', param: 'p', format: 'tool', schema: SCHEMA, toolName: 'reply' };
const PROMPT: ExpectedOutput = { field: 'f', param: 'p', format: 'prompt', schema: SCHEMA };
const NATIVE: ExpectedOutput = { field: 'f', param: 'p', format: 'native', schema: SCHEMA };
const LOOSE: ExpectedOutput = { ...PROMPT, isLoose: true };

const text = (content: string): ContentBlock => ({ text: content });
const cited = (content: string): ContentBlock => ({
  citationsContent: { content: [{ text: content }], citations: [] },
});
const call = (name: string, input: object): ContentBlock => ({
  toolUse: { toolUseId: `id_${name}`, name, input: input as Record<string, never> },
});
const thinking: ContentBlock = { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } };
const reply = call('reply', { a: 1 });
const other = call('now', {});

/** The parts of an answer that clients receive. A whole answer and a stream have the same. */
interface ClientAnswer {
  text: string;
  calls: string[];
  stopReason?: string;
  refusal?: string;
  problem?: string;
  isTextDropped?: true;
}

const CASES: [string, ExpectedOutput, ContentBlock[], string, ClientAnswer][] = [
  ['native', NATIVE, [text('{"a":1}')], 'end_turn', { text: '{"a":1}', calls: [], stopReason: 'end_turn' }],
  ['native after thinking', NATIVE, [thinking, text('{"a":1}')], 'end_turn', complete()],
  ['JSON in a fence within prose', PROMPT, [text('Here:\n```json\n{"a":1}\n```\nBye')], 'end_turn', complete()],
  ['the answer tool', TOOL, [reply], 'tool_use', complete()],
  ['the answer tool after thinking and text', TOOL, [thinking, text('I answer.'), reply], 'tool_use', complete()],
  ['JSON in place of the answer tool', TOOL, [text('```json\n{"a":1}\n```')], 'end_turn', complete()],
  ['text before a tool of the client, format tool', TOOL, [text('Wait.'), other], 'tool_use', called('', 'dropped')],
  [
    'a tool of the client and the answer tool',
    TOOL,
    [other, reply],
    'tool_use',
    { text: '', calls: ['now'], stopReason: 'tool_use' },
  ],
  [
    'text before a tool of the client, format prompt',
    PROMPT,
    [thinking, text('Wait.'), other],
    'tool_use',
    called('', 'dropped'),
  ],
  [
    'text before a tool of the client, format native',
    NATIVE,
    [text('Wait.'), other],
    'tool_use',
    called('', 'dropped'),
  ],
  ['text after a tool of the client', PROMPT, [other, text('Wait.')], 'tool_use', called('', 'dropped')],
  ['cited text before a tool of the client', TOOL, [cited('Wait.'), other], 'tool_use', called('', 'dropped')],
  ['cited text and the answer tool', TOOL, [cited('I answer.'), reply], 'tool_use', complete()],
  ['cited JSON in place of the answer tool', TOOL, [cited('{"a":1}')], 'end_turn', complete()],
  ['text before a tool of the client, without strict', LOOSE, [text('Wait.'), other], 'tool_use', called('Wait.')],
  ['JSON before a tool of the client', NATIVE, [text('{"a":1}'), other], 'tool_use', called('{"a":1}')],
  [
    'text and a truncated call',
    PROMPT,
    [text('Wait.'), other],
    'max_tokens',
    { ...called('', 'dropped'), stopReason: 'max_tokens' },
  ],
  [
    'a guardrail after a tool call',
    PROMPT,
    [other, text('Blocked.')],
    'guardrail_intervened',
    { ...called('Blocked.'), stopReason: 'guardrail_intervened' },
  ],
  ['truncated JSON', NATIVE, [text('{"a"')], 'max_tokens', { text: '{"a"', calls: [], stopReason: 'max_tokens' }],
  [
    'an answer truncated before its JSON',
    PROMPT,
    [text('Well')],
    'max_tokens',
    { text: 'Well', calls: [], stopReason: 'max_tokens' },
  ],
  ['a stop sequence within the JSON', NATIVE, [text('{"a"')], 'stop_sequence', cutByClient('{"a"')],
  ['a stop sequence before the JSON', PROMPT, [text('Well')], 'stop_sequence', cutByClient('Well')],
  ['a stop sequence after the JSON', PROMPT, [text('Well: {"a":1}')], 'stop_sequence', cutByClient('{"a":1}')],
  [
    'a guardrail',
    PROMPT,
    [text('Blocked.')],
    'guardrail_intervened',
    { text: 'Blocked.', calls: [], stopReason: 'guardrail_intervened' },
  ],
  [
    'a refusal',
    NATIVE,
    [text('I will not.')],
    'refusal',
    { text: '', calls: [], stopReason: 'end_turn', refusal: 'I will not.' },
  ],
  [
    'a refusal without text',
    TOOL,
    [],
    'refusal',
    { text: '', calls: [], stopReason: 'end_turn', refusal: 'The model declined to answer this request.' },
  ],
  [
    'a content filter',
    NATIVE,
    [text('No.')],
    'content_filtered',
    { text: '', calls: [], stopReason: 'content_filtered', refusal: 'No.' },
  ],
];

function called(text: string, dropped?: 'dropped'): ClientAnswer {
  return { text, calls: ['now'], stopReason: 'tool_use', ...(dropped && { isTextDropped: true }) };
}

function complete(): ClientAnswer {
  return { text: '{"a":1}', calls: [], stopReason: 'end_turn' };
}

function cutByClient(text: string): ClientAnswer {
  return { text, calls: [], stopReason: 'stop_sequence' };
}

function answerOf(content: ContentBlock[], stopReason: string): ConverseAnswer {
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  return { output: { message: { role: 'assistant', content } }, stopReason, usage } as unknown as ConverseAnswer;
}

async function streamed(
  expected: ExpectedOutput,
  answer: ConverseAnswer,
): Promise<{ received: ClientAnswer; events: readonly ConverseEvent[] }> {
  const reader = new StructuredEventFilter(expected, check);
  const events: ConverseEvent[] = [];
  for (const event of answerToEvents(answer)) events.push(...(await reader.onEvent(event)));
  const stop = events.find((event) => event.messageStop)?.messageStop;
  const received = withoutUndefined({
    text: events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join(''),
    calls: events.flatMap((event) => event.contentBlockStart?.start?.toolUse?.name ?? []),
    stopReason: stop?.stopReason,
    refusal: refusalTextOf(stop?.additionalModelResponseFields),
    problem: reader.problem,
    isTextDropped: reader.isTextDropped || undefined,
  });
  return { received, events };
}

function withoutUndefined(answer: ClientAnswer): ClientAnswer {
  return Object.fromEntries(
    Object.entries(answer).filter(([, value]) => value !== undefined),
  ) as unknown as ClientAnswer;
}

describe.each(CASES)('%s', (_case, expected, content, stopReason, expectedAnswer) => {
  it('in a whole answer', async () => {
    const read = await checkStructuredAnswer(answerOf(content, stopReason), expected, check);
    const { answer, problem, isTextDropped } = read;
    const blocks = answer.output?.message?.content ?? [];
    const result: ClientAnswer = {
      text: blocks.map((block) => block.text ?? '').join(''),
      calls: blocks.flatMap((block) => block.toolUse?.name ?? []),
      stopReason: answer.stopReason,
      refusal: refusalTextOf(answer.additionalModelResponseFields),
      problem,
      isTextDropped,
    };
    expect(withoutUndefined(result)).toEqual(expectedAnswer);
  });

  it('in a stream', async () => {
    expect((await streamed(expected, answerOf(content, stopReason))).received).toEqual(expectedAnswer);
  });
});

describe('an answer that does not conform', () => {
  it.each<[string, ExpectedOutput, ContentBlock[], string]>([
    ['prose', PROMPT, [text('No idea.')], 'the answer is not JSON'],
    ['an empty answer', NATIVE, [], 'the answer is not JSON'],
    ['JSON that violates the schema', NATIVE, [text('{"a":"x"}')], '/a must be integer'],
    ['the answer tool with invalid input', TOOL, [call('reply', {})], "must have required property 'a'"],
  ])('has a problem, and its stream has no end: %s', async (_case, expected, content, problem) => {
    const answer = answerOf(content, 'end_turn');
    expect((await checkStructuredAnswer(answer, expected, check)).problem).toBe(problem);
    const { received, events } = await streamed(expected, answer);
    expect(received.problem).toBe(problem);
    expect(received.stopReason).toBeUndefined();
    expect(events.some((event) => event.metadata)).toBe(true);
  });
});

describe('an answer that does not conform, without strict', () => {
  it.each<[string, ExpectedOutput, ContentBlock[], string]>([
    ['prose', PROMPT, [text('No idea.')], 'No idea.'],
    ['prose in place of the answer tool', TOOL, [text('No idea.')], 'No idea.'],
    ['an empty answer', NATIVE, [], ''],
    ['JSON that violates the schema', NATIVE, [text('{"a":"x"}')], '{"a":"x"}'],
    ['incomplete JSON', NATIVE, [text('{"a":')], '{"a":'],
    ['the answer tool with invalid input', TOOL, [call('reply', {})], '{}'],
  ])('has a problem, and its stream has an end: %s', async (_case, expected, content, clientText) => {
    const answer = answerOf(content, content[0]?.toolUse ? 'tool_use' : 'end_turn');
    const { received } = await streamed({ ...expected, isLoose: true }, answer);
    expect(received).toMatchObject({ text: clientText, stopReason: 'end_turn', problem: expect.any(String) });
  });
});

describe('an answer that cannot be checked', () => {
  const spent: SchemaCheck = () => ({ unchecked: 'spent' });
  const answer = answerOf([text('{"a":"x"}')], 'end_turn');
  const read = async (expected: ExpectedOutput) => {
    const reader = new StructuredEventFilter(expected, spent);
    const events: ConverseEvent[] = [];
    for (const event of answerToEvents(answer)) events.push(...(await reader.onEvent(event)));
    return { unchecked: reader.unchecked, ended: events.some((event) => event.messageStop) };
  };

  it('is returned with the reason', async () => {
    const { unchecked, problem } = await checkStructuredAnswer(answer, NATIVE, spent);
    expect([unchecked, problem]).toEqual(['spent', undefined]);
  });

  it('ends its stream only without strict', async () => {
    expect(await read(NATIVE)).toEqual({ unchecked: 'spent', ended: false });
    expect(await read({ ...NATIVE, isLoose: true })).toEqual({ unchecked: 'spent', ended: true });
  });
});
