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
const TOOL: ExpectedOutput = { field: 'f', param: 'p', way: 'tool', schema: SCHEMA, toolName: 'reply' };
const WORDS: ExpectedOutput = { field: 'f', param: 'p', way: 'prompt', schema: SCHEMA };
const NATIVE: ExpectedOutput = { field: 'f', param: 'p', way: 'native', schema: SCHEMA };
const LOOSE: ExpectedOutput = { ...WORDS, isLoose: true };

const text = (words: string): ContentBlock => ({ text: words });
const cited = (words: string): ContentBlock => ({ citationsContent: { content: [{ text: words }], citations: [] } });
const call = (name: string, input: object): ContentBlock => ({
  toolUse: { toolUseId: `id_${name}`, name, input: input as Record<string, never> },
});
const thought: ContentBlock = { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } };
const reply = call('reply', { a: 1 });
const other = call('now', {});

/** What clients get of an answer: the same from whole answers and from streams. */
interface Told {
  text: string;
  calls: string[];
  stopReason?: string;
  refusal?: string;
  problem?: string;
  isTextDropped?: true;
}

const CASES: [string, ExpectedOutput, ContentBlock[], string, Told][] = [
  ['native', NATIVE, [text('{"a":1}')], 'end_turn', { text: '{"a":1}', calls: [], stopReason: 'end_turn' }],
  ['native after thoughts', NATIVE, [thought, text('{"a":1}')], 'end_turn', done()],
  ['words around', WORDS, [text('Here:\n```json\n{"a":1}\n```\nBye')], 'end_turn', done()],
  ['the tool', TOOL, [reply], 'tool_use', done()],
  ['the tool after thoughts and words', TOOL, [thought, text('I answer.'), reply], 'tool_use', done()],
  ['JSON in place of the tool', TOOL, [text('```json\n{"a":1}\n```')], 'end_turn', done()],
  ['text before another tool', TOOL, [text('Wait.'), other], 'tool_use', called('', 'dropped')],
  ['another tool and the tool', TOOL, [other, reply], 'tool_use', { text: '', calls: ['now'], stopReason: 'tool_use' }],
  ['text before a tool', WORDS, [thought, text('Wait.'), other], 'tool_use', called('', 'dropped')],
  ['text before a tool, natively', NATIVE, [text('Wait.'), other], 'tool_use', called('', 'dropped')],
  ['text behind a tool', WORDS, [other, text('Wait.')], 'tool_use', called('', 'dropped')],
  ['cited text before a tool', TOOL, [cited('Wait.'), other], 'tool_use', called('', 'dropped')],
  ['cited text and the tool', TOOL, [cited('I answer.'), reply], 'tool_use', done()],
  ['cited JSON in place of the tool', TOOL, [cited('{"a":1}')], 'end_turn', done()],
  ['text before a tool, without strict', LOOSE, [text('Wait.'), other], 'tool_use', called('Wait.')],
  ['JSON before a tool', NATIVE, [text('{"a":1}'), other], 'tool_use', called('{"a":1}')],
  [
    'text and a cut call',
    WORDS,
    [text('Wait.'), other],
    'max_tokens',
    { ...called('', 'dropped'), stopReason: 'max_tokens' },
  ],
  [
    'a guardrail behind a tool',
    WORDS,
    [other, text('Blocked.')],
    'guardrail_intervened',
    { ...called('Blocked.'), stopReason: 'guardrail_intervened' },
  ],
  ['a cut', NATIVE, [text('{"a"')], 'max_tokens', { text: '{"a"', calls: [], stopReason: 'max_tokens' }],
  ['a cut before it began', WORDS, [text('Well')], 'max_tokens', { text: 'Well', calls: [], stopReason: 'max_tokens' }],
  ['a stop sequence in it', NATIVE, [text('{"a"')], 'stop_sequence', cutByClient('{"a"')],
  ['a stop sequence before it', WORDS, [text('Well')], 'stop_sequence', cutByClient('Well')],
  ['a stop sequence behind it', WORDS, [text('Well: {"a":1}')], 'stop_sequence', cutByClient('{"a":1}')],
  [
    'a guardrail',
    WORDS,
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
    'a refusal without words',
    TOOL,
    [],
    'refusal',
    { text: '', calls: [], stopReason: 'end_turn', refusal: 'The model declined to answer this request.' },
  ],
  [
    'a filter',
    NATIVE,
    [text('No.')],
    'content_filtered',
    { text: '', calls: [], stopReason: 'content_filtered', refusal: 'No.' },
  ],
];

function called(text: string, dropped?: 'dropped'): Told {
  return { text, calls: ['now'], stopReason: 'tool_use', ...(dropped && { isTextDropped: true }) };
}

function done(): Told {
  return { text: '{"a":1}', calls: [], stopReason: 'end_turn' };
}

function cutByClient(text: string): Told {
  return { text, calls: [], stopReason: 'stop_sequence' };
}

function answerOf(content: ContentBlock[], stopReason: string): ConverseAnswer {
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  return { output: { message: { role: 'assistant', content } }, stopReason, usage } as unknown as ConverseAnswer;
}

async function streamed(
  expected: ExpectedOutput,
  answer: ConverseAnswer,
): Promise<{ told: Told; events: readonly ConverseEvent[] }> {
  const reader = new StructuredEventFilter(expected, check);
  const events: ConverseEvent[] = [];
  for (const event of answerToEvents(answer)) events.push(...(await reader.onEvent(event)));
  const stop = events.find((event) => event.messageStop)?.messageStop;
  const told = tellOf({
    text: events.map((event) => event.contentBlockDelta?.delta?.text ?? '').join(''),
    calls: events.flatMap((event) => event.contentBlockStart?.start?.toolUse?.name ?? []),
    stopReason: stop?.stopReason,
    refusal: refusalTextOf(stop?.additionalModelResponseFields),
    problem: reader.problem,
    isTextDropped: reader.isTextDropped || undefined,
  });
  return { told, events };
}

function tellOf(told: Told): Told {
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as unknown as Told;
}

describe.each(CASES)('%s', (_what, expected, content, stopReason, told) => {
  it('whole', async () => {
    const read = await checkStructuredAnswer(answerOf(content, stopReason), expected, check);
    const { answer, problem, isTextDropped } = read;
    const blocks = answer.output?.message?.content ?? [];
    const result: Told = {
      text: blocks.map((block) => block.text ?? '').join(''),
      calls: blocks.flatMap((block) => block.toolUse?.name ?? []),
      stopReason: answer.stopReason,
      refusal: refusalTextOf(answer.additionalModelResponseFields),
      problem,
      isTextDropped,
    };
    expect(tellOf(result)).toEqual(told);
  });

  it('streamed', async () => {
    expect((await streamed(expected, answerOf(content, stopReason))).told).toEqual(told);
  });
});

describe('what was not asked for', () => {
  it.each<[string, ExpectedOutput, ContentBlock[], string]>([
    ['words', WORDS, [text('No idea.')], 'the answer is not JSON'],
    ['nothing', NATIVE, [], 'the answer is not JSON'],
    ['other JSON', NATIVE, [text('{"a":"x"}')], '/a must be integer'],
    ['the tool with other input', TOOL, [call('reply', {})], "must have required property 'a'"],
  ])('is a problem, and a stream has no end: %s', async (_what, expected, content, problem) => {
    const answer = answerOf(content, 'end_turn');
    expect((await checkStructuredAnswer(answer, expected, check)).problem).toBe(problem);
    const { told, events } = await streamed(expected, answer);
    expect(told.problem).toBe(problem);
    expect(told.stopReason).toBeUndefined();
    expect(events.some((event) => event.metadata)).toBe(true);
  });
});

describe('what was not asked for, without strict', () => {
  it.each<[string, ExpectedOutput, ContentBlock[], string]>([
    ['words', WORDS, [text('No idea.')], 'No idea.'],
    ['words in place of the tool', TOOL, [text('No idea.')], 'No idea.'],
    ['nothing', NATIVE, [], ''],
    ['other JSON', NATIVE, [text('{"a":"x"}')], '{"a":"x"}'],
    ['JSON that ends early', NATIVE, [text('{"a":')], '{"a":'],
    ['the tool with other input', TOOL, [call('reply', {})], '{}'],
  ])('is a problem, and a stream ends all the same: %s', async (_what, expected, content, words) => {
    const answer = answerOf(content, content[0]?.toolUse ? 'tool_use' : 'end_turn');
    const { told } = await streamed({ ...expected, isLoose: true }, answer);
    expect(told).toMatchObject({ text: words, stopReason: 'end_turn', problem: expect.any(String) });
  });
});

describe('what cannot be checked', () => {
  const spent: SchemaCheck = () => ({ unchecked: 'spent' });
  const answer = answerOf([text('{"a":"x"}')], 'end_turn');
  const read = async (expected: ExpectedOutput) => {
    const reader = new StructuredEventFilter(expected, spent);
    const events: ConverseEvent[] = [];
    for (const event of answerToEvents(answer)) events.push(...(await reader.onEvent(event)));
    return { unchecked: reader.unchecked, ended: events.some((event) => event.messageStop) };
  };

  it('is given with the reason', async () => {
    const { unchecked, problem } = await checkStructuredAnswer(answer, NATIVE, spent);
    expect([unchecked, problem]).toEqual(['spent', undefined]);
  });

  it('ends a stream only where it may pass', async () => {
    expect(await read(NATIVE)).toEqual({ unchecked: 'spent', ended: false });
    expect(await read({ ...NATIVE, isLoose: true })).toEqual({ unchecked: 'spent', ended: true });
  });
});
