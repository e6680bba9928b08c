import OpenAI from 'openai';
import { makeParseableResponseFormat } from 'openai/lib/parser';
import { startGateway, type TestGateway, until } from '../../support/gateway.ts';
import { specValidator } from '../../support/openai-spec.ts';

/** Models for each output method. */
const NATIVE = 'claude-sonnet-4-5';
const TOOL = 'claude-haiku-4-5';
const PROMPT = 'llama3-3-70b-instruct';
const EVERY = [NATIVE, TOOL, PROMPT, 'claude-opus-5-5', 'glm-5', 'nova-pro', 'deepseek-r1'];

const SCHEMA = {
  type: 'object',
  properties: {
    stars: { type: 'integer', minimum: 2, maximum: 5 },
    words: { type: 'array', items: { type: 'string' } },
  },
  required: ['stars', 'words'],
  additionalProperties: false,
};
const SAMPLE = { stars: 2, words: ['emulated'] };
const response_format = { type: 'json_schema' as const, json_schema: { name: 'rating', schema: SCHEMA, strict: true } };
const messages = [{ role: 'user' as const, content: 'Rate this.' }];
const NOW = { type: 'function' as const, function: { name: 'now', parameters: { type: 'object', properties: {} } } };
const GRAMMAR =
  'output_config.format.schema: Invalid schema: The compiled grammar is too large, which would cause performance issues.';

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

let gateway: TestGateway;
const validate = specValidator();

beforeAll(async () => {
  gateway = await startGateway('answerCache: { enabled: true }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function lastInput(): Loose {
  return gateway.emulator.requests.at(-1)!.body as Loose;
}

async function plain(body: object): Promise<{ status: number; adjusted: string; answer: Loose }> {
  const response = await gateway.send('/v1/chat/completions', { body: { messages, response_format, ...body } });
  const adjusted = response.headers.get('x-outcrop-adjusted') ?? '';
  return { status: response.status, adjusted, answer: await response.json() };
}

async function streamed(body: object): Promise<{ text: string; content: string; chunks: Loose[] }> {
  const request = { messages, response_format, stream: true, stream_options: { include_usage: true }, ...body };
  const response = await gateway.send('/v1/chat/completions', { body: request });
  const text = await response.text();
  const chunks = text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: {'))
    .map((frame) => JSON.parse(frame.slice(6)));
  const content = chunks.map((chunk) => chunk.choices?.[0]?.delta.content ?? '').join('');
  return { text, content, chunks };
}

describe.each(EVERY)('JSON of %s', (model) => {
  it('conforms to the schema', async () => {
    const format = makeParseableResponseFormat(response_format, (content) => JSON.parse(content) as object);
    const answer = await gateway.client.chat.completions.parse({ model, messages, response_format: format });
    expect(answer.choices[0]!.message.parsed).toEqual(SAMPLE);
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { refusal: null } });
    expect(answer.choices[0]!.message.tool_calls ?? []).toEqual([]);
    validate('CreateChatCompletionResponse', await plain({ model }).then(({ answer: again }) => again));
  });

  it('streams in several chunks', async () => {
    const { content, text, chunks } = await streamed({ model });
    expect(JSON.parse(content)).toEqual(SAMPLE);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['stop']);
    expect(chunks.at(-1).usage.completion_tokens).toBeGreaterThan(0);
    for (const chunk of chunks) validate('CreateChatCompletionStreamResponse', chunk);
  });

  it('is an object if response_format is json_object', async () => {
    const { status, answer } = await plain({ model, response_format: { type: 'json_object' } });
    expect([status, JSON.parse(answer.choices[0].message.content)]).toEqual([200, { emulated: true }]);
  });
});

describe('output methods', () => {
  it.each([
    [NATIVE, 'outputConfig', 'response_format.json_schema.schema/properties/stars=simplified'],
    [TOOL, 'toolConfig', 'response_format=tool'],
    [PROMPT, 'system', 'response_format=prompt'],
  ])('for %s is %s, and the header reports it', async (model, field, note) => {
    const { adjusted } = await plain({ model });
    expect(adjusted.split(', ')).toEqual([note]);
    const given = ['outputConfig', 'toolConfig', 'system'].filter((each) => each in lastInput());
    expect(given).toEqual([field]);
  });

  it.each([NATIVE, TOOL, 'claude-sonnet-5'])('%s thinks and answers in JSON', async (model) => {
    const { answer } = await plain({ model, reasoning_effort: 'low', max_tokens: 4_000 });
    expect(JSON.parse(answer.choices[0].message.content)).toEqual(SAMPLE);
    expect(answer.choices[0].message.reasoning_content).toContain('pretends to think');
    const { content } = await streamed({ model, reasoning_effort: 'low', max_tokens: 4_000 });
    expect(JSON.parse(content)).toEqual(SAMPLE);
  });

  it.each([
    ['claude-sonnet-5', 'max', 'xhigh'],
    ['claude-sonnet-5', 'high', 'high'],
    ['claude-opus-5', 'max', 'max'],
  ])('with a format, %s maps effort %s to %s', async (model, reasoning_effort, sent) => {
    const { adjusted } = await plain({ model, reasoning_effort });
    expect(lastInput().outputConfig.effort).toBe(sent);
    expect(adjusted.includes('reasoning_effort=xhigh')).toBe(sent !== reasoning_effort);
  });

  it.each([NATIVE, TOOL, PROMPT])('%s calls a tool first, then answers in JSON', async (model) => {
    const tools = [NOW];
    const first = await plain({ model, tools, messages: [{ role: 'user', content: 'Call now please.' }] });
    const [choice] = first.answer.choices;
    expect(choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ function: { name: 'now' } }] },
    });
    expect(choice.message.tool_calls).toHaveLength(1);
    const history = [
      { role: 'user', content: 'Call now please.' },
      choice.message,
      { role: 'tool', tool_call_id: choice.message.tool_calls[0].id, content: 'noon' },
    ];
    gateway.emulator.script([answerFor(model)]);
    const second = await plain({ model, tools, messages: history });
    expect(JSON.parse(second.answer.choices[0].message.content)).toEqual(SAMPLE);
    expect(second.answer.choices[0].finish_reason).toBe('stop');
  });
});

/** Returns a scripted final answer, in the form of the model's output method. */
function answerFor(model: string): { text: string } | { toolUse: { name: string; input: object } } {
  return model === TOOL ? { toolUse: { name: 'respond_with_json', input: SAMPLE } } : { text: JSON.stringify(SAMPLE) };
}

describe('rejected schemas', () => {
  const of = (title: string) => ({
    type: 'json_schema' as const,
    json_schema: { name: 'rating', schema: { ...SCHEMA, title } },
  });
  const refuse = (message: string, times = 1) =>
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times });

  it.each([false, true])(
    'use the next output method at once, and directly for later requests (streamed: %s)',
    async (stream) => {
      refuse(GRAMMAR);
      const body = { model: NATIVE, response_format: of(`refused ${stream}`) };
      const content = async () =>
        stream ? (await streamed(body)).content : (await plain(body)).answer.choices[0].message.content;
      expect(JSON.parse(await content())).toEqual(SAMPLE);
      expect(gateway.emulator.requests).toHaveLength(2);
      expect(lastInput().toolConfig.tools[0].toolSpec.name).toBe('respond_with_json');

      expect(JSON.parse(await content())).toEqual(SAMPLE);
      expect(gateway.emulator.requests).toHaveLength(3);
      expect(lastInput().outputConfig).toBeUndefined();

      await plain({ model: NATIVE });
      expect(lastInput().outputConfig).toBeDefined();
    },
  );

  it('use two other output methods at most, which the header reports', async () => {
    refuse('Schema is too complex.', 2);
    const { adjusted } = await plain({ model: NATIVE, response_format: of('two ways') });
    expect(adjusted).toBe('response_format=prompt');
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it.each([
    'compilation exceeded limits: Schema is too complex',
    'The compiled grammar is too large',
    'output_config.format.schema: Invalid schema: some day in other words',
    // The rejection concerns the model, so all later requests start with the next method.
    'output_config.format: Extra inputs are not permitted',
  ])('of models without forced tool choice are requested by instruction: %s', async (message) => {
    refuse(message);
    const { status, adjusted, answer } = await plain({ model: 'claude-fable-5-1', response_format: of(message) });
    expect([status, adjusted]).toEqual([200, 'response_format=prompt']);
    expect(JSON.parse(answer.choices[0].message.content)).toEqual(SAMPLE);
    expect(gateway.emulator.requests).toHaveLength(2);
    expect(lastInput().outputConfig).toBeUndefined();
  });

  it('end with Bedrock’s error if no output method is left', async () => {
    refuse('Schema is too complex.', 9);
    const { status, answer } = await plain({ model: NATIVE, response_format: of('no way') });
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({ code: 'schema_refused', message: 'Schema is too complex.' });
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it('apply to the whole model if it does not support schemas', async () => {
    refuse(
      "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.",
    );
    await plain({ model: 'claude-opus-4-5' });
    await plain({ model: 'claude-opus-4-5', response_format: of('another') });
    expect(gateway.emulator.requests).toHaveLength(3);
    expect(lastInput().outputConfig).toBeUndefined();
  });

  it('in strict tools are sent without strict', async () => {
    const strict = { ...NOW, function: { ...NOW.function, strict: true } };
    refuse('Too many strict tools (21). The maximum is 20.');
    const { status, adjusted } = await plain({ model: NATIVE, tools: [strict], response_format: { type: 'text' } });
    expect([status, adjusted]).toEqual([200, 'tools.strict=ignored']);
    expect(gateway.emulator.requests).toHaveLength(2);
  });

  it('are not inferred from other rejections', async () => {
    refuse('messages: something else is wrong');
    const { status } = await plain({ model: NATIVE, response_format: of('something else') });
    expect([status, gateway.emulator.requests.length]).toEqual([400, 1]);
  });
});

describe('answers that do not conform', () => {
  const WRONG = { text: '{"stars": 9, "words": []}', usage: { input: 10, output: 7 } };

  it('are requested again with the validation error, and both attempts are billed', async () => {
    gateway.emulator.script([WRONG, { text: JSON.stringify(SAMPLE), usage: { input: 20, output: 5 } }]);
    const { answer } = await plain({ model: NATIVE });
    expect(JSON.parse(answer.choices[0].message.content)).toEqual(SAMPLE);
    expect(answer.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 12 });
    expect(lastInput().system.at(-1).text).toContain('/stars must be <= 5');
  });

  it('are never returned', async () => {
    gateway.emulator.script([WRONG, WRONG]);
    const failed = await gateway.client.chat.completions
      .create({ model: NATIVE, messages, response_format })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(OpenAI.InternalServerError);
    expect(failed).toMatchObject({ status: 502, code: 'structured_output_invalid' });
    expect((failed as Error).message).toContain('/stars must be <= 5');
    expect(gateway.emulator.requests).toHaveLength(2);
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toContain('outcrop_retries_total{code="structured_output_invalid"}');
  });

  it('count as one retry, also if the second call is itself retried', async () => {
    const count = async (): Promise<number> => {
      const metrics = await (await gateway.send('/metrics')).text();
      return Number(/^outcrop_retries_total\{code="structured_output_invalid"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
    };
    const before = await count();
    gateway.emulator.behave({ kind: 'slow', ms: 300, times: 1 });
    gateway.emulator.script([WRONG, { text: JSON.stringify(SAMPLE) }]);
    const answer = plain({ model: NATIVE });
    await until(() => gateway.emulator.requests.length === 1, 'the first call');
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', times: 2 });
    const { status } = await answer;
    expect([status, gateway.emulator.requests.length]).toEqual([200, 4]);
    expect(await count()).toBe(before + 1);
  });

  it('end a stream with an error and without its end', async () => {
    gateway.emulator.script([WRONG]);
    const { text, chunks } = await streamed({ model: NATIVE });
    expect(text).not.toContain('[DONE]');
    expect(chunks.at(-1).error).toMatchObject({ code: 'structured_output_invalid' });
    expect(chunks.some((chunk) => chunk.choices?.[0]?.finish_reason)).toBe(false);
  });

  it('are not cached, while conforming answers are', async () => {
    const request = { body: { model: NATIVE, messages, response_format, temperature: 0 } };
    gateway.emulator.script([WRONG, WRONG]);
    expect((await gateway.send('/v1/chat/completions', request)).status).toBe(502);
    expect((await gateway.send('/v1/chat/completions', request)).status).toBe(200);
    const again = await gateway.send('/v1/chat/completions', request);
    expect(again.headers.get('x-outcrop-cache')).toBe('hit');
  });

  it('are returned as truncated if the token limit ended them', async () => {
    const { answer } = await plain({ model: NATIVE, max_tokens: 2 });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length' });
    expect(answer.choices[0].message.content).toHaveLength(8);
  });

  it('are unwrapped if a model wraps them', async () => {
    const text = `Here you are:\n\`\`\`json\n${JSON.stringify(SAMPLE)}\n\`\`\`\nAnything else?`;
    gateway.emulator.script([{ text }, { text }]);
    expect((await plain({ model: PROMPT })).answer.choices[0].message.content).toBe(JSON.stringify(SAMPLE));
    expect((await streamed({ model: PROMPT })).content).toBe(JSON.stringify(SAMPLE));
  });
});

describe('refusals of the model', () => {
  const REFUSED = { text: 'I will not rate this.', stopReason: 'refusal' };

  it('are returned as refusals', async () => {
    gateway.emulator.script([REFUSED]);
    const format = makeParseableResponseFormat(response_format, (content) => JSON.parse(content) as object);
    const answer = await gateway.client.chat.completions.parse({ model: NATIVE, messages, response_format: format });
    expect(answer.choices[0]!.message).toMatchObject({ content: null, parsed: null, refusal: REFUSED.text });
  });

  it('are streamed as refusals', async () => {
    gateway.emulator.script([REFUSED]);
    const stream = gateway.client.chat.completions.stream({ model: NATIVE, messages, response_format });
    const answer = await stream.finalChatCompletion();
    expect(answer.choices[0]!.message.refusal).toBe(REFUSED.text);
    expect(answer.choices[0]!.message.content ?? '').toBe('');
  });
});

it('rejects an invalid schema before a call', async () => {
  const broken = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object', properties: 7 } } };
  for (const stream of [false, true]) {
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: NATIVE, messages, response_format: broken, stream },
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Loose).error.param).toBe('response_format.json_schema.schema');
  }
  expect(gateway.emulator.requests).toHaveLength(0);
});

it('checks each of several choices against the schema', async () => {
  const { answer } = await plain({ model: TOOL, n: 3 });
  expect(answer.choices.map((choice: Loose) => JSON.parse(choice.message.content))).toEqual([SAMPLE, SAMPLE, SAMPLE]);
});
