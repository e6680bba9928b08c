import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Output formats on /v1/messages that Bedrock rejects for Claude. */

const SCHEMA = { type: 'object', properties: { stars: { type: 'integer', maximum: 5 } }, required: ['stars'] };
const BODY = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'Rate this.' }] };
let schemas = 0;
/** Returns a new schema for each request, because the gateway remembers a schema that Bedrock rejects. */
const format = (more: object = {}) => {
  const schema = { ...SCHEMA, title: `Schema ${(schemas += 1)}` };
  return { output_config: { format: { type: 'json_schema', schema, ...more } } };
};
const REFUSALS = [
  'The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the number of strict tools.',
  "output_config.format.schema: Invalid schema: For 'integer' type, properties maximum, minimum are not supported",
  'output_config.format: Extra inputs are not permitted',
  'Too many recursive definitions in schema',
];
/** The gateway remembers this rejection for the model, so each test uses another model. */
const OF_MODEL = REFUSALS[2];
const REPORT = 'output_config.format=prompt';
const GOOD = '{"stars": 4}';

interface Message {
  content: { type: string; text?: string }[];
  usage: { input_tokens: number; output_tokens: number };
}

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway('metrics: { requireKey: false }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function refuse(message: string): void {
  gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 1 });
}

const send = (more: object) => gateway.send('/v1/messages', { body: { ...BODY, ...more } });
const adjusted = (response: Response) => (response.headers.get('x-outcrop-adjusted') ?? '').split(', ');
const last = () => gateway.emulator.requests.at(-1)!.body as { system: { text: string }[]; output_config?: object };

describe.each(REFUSALS)('%s', (message) => {
  it('requests the format in the system prompt', async () => {
    refuse(message);
    gateway.emulator.script([{ text: `Here it is:\n\`\`\`json\n${GOOD}\n\`\`\``, usage: { input: 20, output: 5 } }]);
    const model = message === OF_MODEL ? 'claude-haiku-4-5' : BODY.model;
    const response = await send({ ...format(), model, system: 'Be brief.' });
    const answer = (await response.json()) as Message;
    expect([response.status, answer.content]).toEqual([200, [{ type: 'text', text: GOOD }]]);
    expect(answer.usage).toMatchObject({ input_tokens: 20, output_tokens: 5 });
    expect(adjusted(response)).toContain(REPORT);
    expect(last().output_config).toBeUndefined();
    expect(last().system.map(({ text }) => text)).toEqual(['Be brief.', expect.stringContaining('"maximum":5')]);
    expect(gateway.emulator.requests).toHaveLength(2);
  });

  it('streams the checked answer', async () => {
    refuse(message);
    gateway.emulator.script([{ text: GOOD }]);
    const model = message === OF_MODEL ? 'claude-opus-4-5' : BODY.model;
    const response = await send({ ...format(), model, stream: true });
    const text = await response.text();
    const events = [...text.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
    expect([response.status, events]).toEqual([
      200,
      [
        'message_start',
        'content_block_start',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ],
    ]);
    expect(text).toContain(JSON.stringify({ type: 'text_delta', text: GOOD }));
    expect(text).toContain('"stop_reason":"end_turn"');
    expect(adjusted(response)).toContain(REPORT);
  });
});

it.each([false, true])('fails if the second answer does not conform either (streamed: %s)', async (stream) => {
  refuse(REFUSALS[0]!);
  gateway.emulator.script([{ text: '{"stars": 9}' }, { text: '{"stars": 8}' }]);
  const response = await send({ ...format(), stream });
  expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('does not conform')]);
  expect(gateway.emulator.requests).toHaveLength(3);
});

it('requests an answer again if it does not conform, and adds the usage of both', async () => {
  refuse(REFUSALS[0]!);
  gateway.emulator.script([
    { text: '{"stars": 9}', usage: { input: 20, output: 5 } },
    { text: GOOD, usage: { input: 30, output: 6 } },
  ]);
  const response = await send(format());
  const answer = (await response.json()) as Message;
  expect([response.status, answer.content]).toEqual([200, [{ type: 'text', text: GOOD }]]);
  expect(answer.usage).toMatchObject({ input_tokens: 50, output_tokens: 11 });
  expect(last().system.at(-1)!.text).toContain('could not be used');
});

it('remembers a schema that Bedrock has rejected', async () => {
  const rejected = format();
  refuse(REFUSALS[0]!);
  gateway.emulator.script([{ text: GOOD }, { text: GOOD }]);
  expect((await send(rejected)).status).toBe(200);
  const second = await send(rejected);
  expect([second.status, adjusted(second)]).toEqual([200, expect.arrayContaining([REPORT])]);
  expect(gateway.emulator.requests).toHaveLength(3);
});

it('returns and reports an answer that does not conform, without strict', async () => {
  refuse(REFUSALS[0]!);
  gateway.emulator.script([{ text: 'Nine stars.' }, { text: 'Nine stars!' }]);
  const response = await send(format({ strict: false }));
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('Nine stars!')]);
  expect(adjusted(response)).toEqual(expect.arrayContaining([REPORT, 'output_config.format=unmet']));
});

it('keeps output_format, the other fields of output_config, and tools', async () => {
  refuse(REFUSALS[0]!);
  gateway.emulator.script([{ toolUse: { name: 'f', input: { a: 1 } } }]);
  const tools = [{ name: 'f', input_schema: { type: 'object', properties: { a: { type: 'integer' } } } }];
  const { output_config: config } = format();
  const response = await send({
    model: 'claude-opus-4-6',
    output_format: config.format,
    output_config: { effort: 'low' },
    tools,
  });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
  expect(last()).toMatchObject({ output_config: { effort: 'low' }, tools: [{ name: 'f' }] });
  expect(last().system.at(-1)!.text).toContain('Once you need no more tools');
  gateway.emulator.reset();
  refuse(REFUSALS[0]!);
  gateway.emulator.script([{ toolUse: { name: 'f', input: { a: 1 } } }]);
  const text = await (await send({ ...format(), tools, stream: true })).text();
  expect(text).toContain(JSON.stringify({ type: 'input_json_delta', partial_json: '{"a":1}' }));
  expect(text).toContain('"stop_reason":"tool_use"');
});

it('returns the second rejection', async () => {
  refuse(REFUSALS[0]!);
  refuse('messages: at least one message is required');
  const response = await send(format());
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('at least one message')]);
  expect(gateway.emulator.requests).toHaveLength(2);
});

it.each([
  ['a request without a format', {}, REFUSALS[0]!],
  ['another refusal', format(), 'messages: at least one message is required'],
  ['too many strict tools', format(), 'Too many strict tools (21). The maximum is 20.'],
])('sends %s once', async (_, more, message) => {
  refuse(message);
  const response = await send(more);
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(message)]);
  expect(gateway.emulator.requests).toHaveLength(1);
});

it('repairs a schema of an older draft', async () => {
  refuse('output_config.format.schema: JSON schema is invalid. It must match JSON Schema draft 2020-12');
  gateway.emulator.script([{ text: '{"n": 4}' }]);
  const schema = { type: 'object', properties: { n: { type: 'number', minimum: 0, exclusiveMinimum: true } } };
  const response = await send(format({ schema }));
  expect([response.status, ((await response.json()) as Message).content]).toEqual([
    200,
    [{ type: 'text', text: '{"n": 4}' }],
  ]);
  expect(adjusted(response)).toEqual(expect.arrayContaining([REPORT, expect.stringContaining('repaired')]));
  expect(JSON.stringify(last().system)).toContain('exclusiveMinimum\\":0');
});

it('accepts text that a stop sequence of the client ends', async () => {
  refuse(REFUSALS[0]!);
  gateway.emulator.script([{ text: '{"stars": ', stopReason: 'stop_sequence' }]);
  const response = await send({ ...format(), stop_sequences: ['4'] });
  expect([response.status, ((await response.json()) as Message).content]).toEqual([
    200,
    [{ type: 'text', text: '{"stars": ' }],
  ]);
});

it('returns the rejection if there is a prefill, because the answer would lack its beginning', async () => {
  refuse(REFUSALS[0]!);
  const messages = [...BODY.messages, { role: 'assistant', content: '{' }];
  const response = await send({ ...format(), messages });
  expect([response.status, gateway.emulator.requests.length]).toEqual([400, 1]);
  await response.text();
});

it('estimates a token count if the format is rejected', async () => {
  refuse(REFUSALS[2]!);
  const { max_tokens: _, ...body } = BODY;
  const response = await gateway.send('/v1/messages/count_tokens', { body: { ...body, ...format() } });
  expect([response.status, await response.json()]).toEqual([200, { input_tokens: expect.any(Number) }]);
  expect(adjusted(response)).toContain('input_tokens=estimated');
});
