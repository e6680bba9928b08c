import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/emulator.ts';
import { HAIKU_4_5, HELLO, OPUS_5_5, WEATHER, assistant, post, user } from '../../emulator/testing.ts';

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({ paceMs: 0 });
});
beforeEach(() => emulator.reset());
afterAll(() => emulator.close());

interface Answer {
  output: { message: { content: Record<string, never>[] } };
  stopReason: string;
  usage: Record<string, number>;
  additionalModelResponseFields?: unknown;
}

async function converse(modelId: string, body: object): Promise<Answer & { content: Record<string, unknown>[] }> {
  const reply = await post(emulator, modelId, 'converse', body);
  expect(reply.body.message).toBeUndefined();
  const answer = reply.body as unknown as Answer;
  return { ...answer, content: answer.output.message.content };
}

const toolConfig = { tools: [WEATHER, { toolSpec: { ...WEATHER.toolSpec, name: 'get_time' } }] };
const extra = (additionalModelRequestFields: object, rest: object = {}): object => ({
  ...HELLO,
  ...rest,
  additionalModelRequestFields,
});
const budget = { thinking: { type: 'enabled', budget_tokens: 1024 } };

it('returns the same answer for the same request', async () => {
  expect((await converse(HAIKU_4_5, HELLO)).content).toEqual((await converse(HAIKU_4_5, HELLO)).content);
});

describe('thinking', () => {
  it('is returned by budget models, and by the newest models only on request', async () => {
    expect((await converse(HAIKU_4_5, extra(budget))).content[0]).toMatchObject({
      reasoningContent: { reasoningText: { text: expect.stringContaining('think'), signature: expect.any(String) } },
    });
    expect((await converse(OPUS_5_5, HELLO)).content[0]).toMatchObject({
      reasoningContent: { reasoningText: { text: '', signature: expect.any(String) } },
    });
    const shown = await converse(OPUS_5_5, extra({ thinking: { type: 'adaptive', display: 'summarized' } }));
    expect(shown.content[0]).toMatchObject({
      reasoningContent: { reasoningText: { text: expect.stringContaining('think') } },
    });
  });

  it.each(['Hello', 'Hello [redacted]'])('is accepted unchanged, or not at all (%s)', async (text) => {
    const first = user({ text });
    const { content } = await converse(HAIKU_4_5, { messages: [first], additionalModelRequestFields: budget });
    const again = {
      messages: [first, assistant(...content), user({ text: 'And?' })],
      additionalModelRequestFields: budget,
    };
    await converse(HAIKU_4_5, again);
    const changed = JSON.parse(
      JSON.stringify(again).replace(/Outcrop emulator pretends|"redactedContent":"/, (found) => `${found}AAAA`),
    );
    expect((await post(emulator, HAIKU_4_5, 'converse', changed)).body.message).toMatch(/Invalid `(signature|data)`/);
  });

  it('is bound to model and system prompt for generation 5.5', async () => {
    const first = user({ text: 'Hello' });
    const { content } = await converse(OPUS_5_5, { messages: [first], system: [{ text: 'one' }] });
    const again = { messages: [first, assistant(...content), user({ text: 'And?' })], system: [{ text: 'two' }] };
    expect((await post(emulator, OPUS_5_5, 'converse', again)).body.message).toContain('different conversation prefix');
    expect((await post(emulator, 'us.anthropic.claude-sonnet-5-5', 'converse', again)).body.message).toContain(
      'different model',
    );
    await converse('us.anthropic.claude-opus-4-8', again);
    const binding = {
      thinking: { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' } },
      anthropic_beta: ['thinking-binding-controls-2026-08-01'],
    };
    await converse(OPUS_5_5, { ...again, additionalModelRequestFields: binding });
  });

  it('has no signature in other families', async () => {
    const { content } = await converse('openai.gpt-oss-20b-1:0', HELLO);
    expect(content[0]).toEqual({ reasoningContent: { reasoningText: { text: expect.any(String) } } });
  });
});

describe('tools', () => {
  const ask = (text: string, more: object = {}): object => ({
    messages: [user({ text })],
    toolConfig: { ...toolConfig, ...more },
  });
  const calls = (content: Record<string, unknown>[]): unknown[] =>
    content.flatMap((block) => (block.toolUse === undefined ? [] : [(block.toolUse as { name: string }).name]));

  it('are called in parallel if the text names them', async () => {
    expect(calls((await converse(HAIKU_4_5, ask('Hello'))).content)).toEqual([]);
    const both = await converse(HAIKU_4_5, ask('get_time and get_weather, please'));
    expect([calls(both.content), both.stopReason]).toEqual([['get_weather', 'get_time'], 'tool_use']);
  });

  it('are called if forced, and one at a time if parallel calls are disabled', async () => {
    expect(
      calls((await converse(HAIKU_4_5, ask('Hello', { toolChoice: { tool: { name: 'get_time' } } }))).content),
    ).toEqual(['get_time']);
    const one = {
      ...ask('get_time and get_weather'),
      additionalModelRequestFields: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    };
    expect(calls((await converse(HAIKU_4_5, one)).content)).toEqual(['get_weather']);
  });

  it('are called if the system prompt demands a call', async () => {
    const demanded = async (text: string): Promise<unknown[]> =>
      calls((await converse(OPUS_5_5, { ...ask('Hello'), system: [{ text }] })).content);
    expect(await demanded('Call the tool "get_time" now. Do not answer in any other way.')).toEqual(['get_time']);
    expect(await demanded('Call at least one of the tools now.')).toEqual(['get_weather']);
    expect(await demanded('Call the tool "get_news" now.')).toEqual([]);
    expect(await demanded('Each tool may be called.')).toEqual([]);
  });

  it('have their results quoted in the answer', async () => {
    const { content } = await converse(HAIKU_4_5, ask('get_time'));
    const use = content.find((block) => block.toolUse)?.toolUse as { toolUseId: string };
    const result = user({ toolResult: { toolUseId: use.toolUseId, content: [{ json: { now: 5 } }] } });
    const final = await converse(HAIKU_4_5, {
      messages: [user({ text: 'get_time' }), assistant(...content), result],
      toolConfig,
    });
    expect(final.content[0]?.text).toContain('The tools answered: "{"now":5}"');
  });

  it('have ids of nine characters for Mistral', async () => {
    const { content } = await converse('mistral.mistral-large-3-675b-instruct', ask('get_time'));
    expect(content.at(-1)).toMatchObject({ toolUse: { toolUseId: expect.stringMatching(/^[a-zA-Z0-9]{9}$/) } });
  });
});

it('returns JSON that conforms to the schema', async () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'kind', 'tags', 'count', 'inner'],
    properties: {
      name: { type: 'string' },
      kind: { enum: ['a', 'b'] },
      tags: { type: 'array', items: { type: 'boolean' } },
      count: { type: 'integer', description: 'How many.\n\nConstraints: minimum: 3; maximum: 9.' },
      inner: { $ref: '#/$defs/inner' },
    },
    $defs: {
      inner: {
        type: 'object',
        additionalProperties: false,
        required: ['at'],
        properties: { at: { type: ['string', 'null'], format: 'date' } },
      },
    },
  };
  const textFormat = { type: 'json_schema', structure: { jsonSchema: { schema: JSON.stringify(schema) } } };
  const { content } = await converse(HAIKU_4_5, { ...HELLO, outputConfig: { textFormat } });
  expect(JSON.parse(String(content[0]?.text))).toEqual({
    name: 'emulated',
    kind: 'a',
    tags: [true],
    count: 3,
    inner: { at: '2026-01-02' },
  });
});

it.each([
  ['a schema', { type: 'object', required: ['a'], properties: { a: { type: 'integer', minimum: 7 } } }, { a: 7 }],
  ['any object', undefined, { emulated: true }],
])('returns JSON if the instructions request %s', async (_what, schema, value) => {
  const instruction = 'Your answer must be a single JSON object and nothing else: no words around it.';
  const text =
    schema === undefined ? instruction : `${instruction}\n\nThe JSON schema ("x"):\n${JSON.stringify(schema)}`;
  const { content } = await converse(HAIKU_4_5, { ...HELLO, system: [{ text }] });
  expect(JSON.parse(String(content[0]?.text))).toEqual(value);
});

it('stops at a stop sequence and reports which', async () => {
  const body = {
    ...HELLO,
    inferenceConfig: { stopSequences: ['not a', 'emulator'] },
    additionalModelResponseFieldPaths: ['/stop_sequence'],
  };
  const answer = await converse(HAIKU_4_5, body);
  expect(answer).toMatchObject({
    stopReason: 'stop_sequence',
    content: [{ text: 'This is the Outcrop ' }],
    additionalModelResponseFields: { stop_sequence: 'emulator' },
  });
});

it('stops at the token limit', async () => {
  const answer = await converse(HAIKU_4_5, { ...HELLO, inferenceConfig: { maxTokens: 3 } });
  expect(answer).toMatchObject({
    stopReason: 'max_tokens',
    content: [{ text: 'This is the ' }],
    usage: { outputTokens: 3 },
  });
});

it('writes a cached prefix once and reads it afterwards', async () => {
  const body = (tail: string): object => ({
    system: [{ text: 'x'.repeat(20_000) }, { cachePoint: { type: 'default', ttl: '1h' } }],
    messages: [user({ text: tail })],
  });
  expect((await converse(HAIKU_4_5, body('one!'))).usage).toMatchObject({
    inputTokens: 1,
    cacheWriteInputTokens: 5000,
    cacheReadInputTokens: 0,
    cacheDetails: [{ ttl: '1h', inputTokens: 5000 }],
  });
  expect((await converse(HAIKU_4_5, body('two!'))).usage).toMatchObject({
    inputTokens: 1,
    cacheWriteInputTokens: 0,
    cacheReadInputTokens: 5000,
  });
});

it('does not cache a prefix below the minimum', async () => {
  const body = { system: [{ text: 'short' }, { cachePoint: { type: 'default' } }], ...HELLO };
  expect((await converse(HAIKU_4_5, body)).usage).toMatchObject({ cacheWriteInputTokens: 0, cacheReadInputTokens: 0 });
});

it('lists models and inference profiles', async () => {
  const get = async (path: string): Promise<Record<string, Record<string, unknown>[]>> =>
    (await fetch(emulator.url + path, { headers: { authorization: 'Bearer emulator' } })).json() as never;
  const models = (await get('/foundation-models?byProvider=anthropic')).modelSummaries;
  expect(models?.find((model) => model.modelId === 'anthropic.claude-opus-5-5')).toMatchObject({
    inferenceTypesSupported: ['INFERENCE_PROFILE'],
    modelLifecycle: { status: 'ACTIVE' },
  });
  const profiles = (await get('/inference-profiles?type=SYSTEM_DEFINED&maxResults=1000')).inferenceProfileSummaries;
  expect(profiles?.map((profile) => profile.inferenceProfileId)).toContain(OPUS_5_5);
  const [application] = (await get('/inference-profiles?type=APPLICATION')).inferenceProfileSummaries ?? [];
  await converse(String(application?.inferenceProfileArn), HELLO);
});

it('returns embeddings', async () => {
  const reply = await post(emulator, 'amazon.titan-embed-text-v2:0', 'invoke', { inputText: 'Hello', dimensions: 256 });
  expect(reply.body.embedding).toHaveLength(256);
  expect(reply.body.inputTextTokenCount).toBe(2);
});
