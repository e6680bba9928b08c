import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Property names that Claude rejects, in every field that carries schemas, over HTTP against the strict emulator. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const LONG = 'settings__approved__or__denied__countries__or__regions__approved__list';
const PARAMETERS = {
  type: 'object',
  properties: {
    $filter: { type: 'string' },
    _filter: { type: 'string' },
    'page[size]': { type: 'integer' },
    list: {
      type: 'array',
      items: {
        type: 'object',
        properties: { naïve: { type: 'string' } },
        required: ['naïve'],
        additionalProperties: false,
      },
    },
    [LONG]: { type: 'string' },
  },
  required: ['$filter', '_filter', 'page[size]', 'list', LONG],
  additionalProperties: false,
};
const KEYS = Object.keys(PARAMETERS.properties);
const MODEL = 'claude-sonnet-4-5';
const TOOL = { name: 'search', description: 'Looks something up.' };
const ASKED = 'Please call search now.';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

async function post(
  path: string,
  body: object,
): Promise<{ text: string; adjusted: string; json: () => Loose; events: () => Loose[] }> {
  const headers = { 'anthropic-version': '2023-06-01' };
  const response = await gateway.send(path, { body, headers });
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.any(String)]);
  const events = (): Loose[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)));
  return { text, adjusted: response.headers.get('x-outcrop-adjusted') ?? '', json: () => JSON.parse(text), events };
}

function expectClientNames(input: unknown): void {
  expect(Object.keys(input as object)).toEqual(KEYS);
  expect(input).toMatchObject({ list: [{ naïve: expect.any(String) }] });
}

describe.each([false, true])('properties with rejected names (strict: %s)', (strict) => {
  const chat = {
    model: MODEL,
    messages: [{ role: 'user', content: ASKED }],
    tools: [{ type: 'function', function: { ...TOOL, parameters: PARAMETERS, strict } }],
  };
  const responses = {
    model: MODEL,
    input: ASKED,
    tools: [{ type: 'function', ...TOOL, parameters: PARAMETERS, strict }],
  };

  it('are restored in chat calls, and replaced again in the history', async () => {
    const { json, adjusted } = await post('/v1/chat/completions', chat);
    expect(adjusted.split(', ')).toContain('tools.parameters.properties=renamed');
    const { message } = json().choices[0];
    expectClientNames(JSON.parse(message.tool_calls[0].function.arguments));
    const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'Nothing.' };
    await post('/v1/chat/completions', { ...chat, messages: [...chat.messages, message, result] });
    const { messages, toolConfig } = gateway.emulator.requests.at(-1)!.body as Loose;
    const { properties } = toolConfig.tools[0].toolSpec.inputSchema.json;
    const { toolUse } = messages[1].content.find((block: Loose) => block.toolUse);
    expect(Object.keys(toolUse.input)).toEqual(Object.keys(properties));
  });

  it('are restored in streamed chat calls while the arguments arrive', async () => {
    const { events } = await post('/v1/chat/completions', { ...chat, stream: true });
    const pieces = events().flatMap(({ choices }) => choices[0]?.delta.tool_calls?.[0].function.arguments ?? []);
    expect(pieces.length).toBeGreaterThan(3);
    expectClientNames(JSON.parse(pieces.join('')));
  });

  it('are restored in calls of responses, plain and streamed', async () => {
    const { json } = await post('/v1/responses', responses);
    expectClientNames(JSON.parse(json().output.find(({ type }: Loose) => type === 'function_call').arguments));
    const { events } = await post('/v1/responses', { ...responses, stream: true });
    const deltas = events().filter(({ type }) => type === 'response.function_call_arguments.delta');
    expectClientNames(JSON.parse(deltas.map(({ delta }) => delta).join('')));
    const done = events().find(({ type }) => type === 'response.function_call_arguments.done');
    expectClientNames(JSON.parse(done.arguments));
  });
});

describe('messages to Claude', () => {
  const messages = {
    model: MODEL,
    max_tokens: 500,
    messages: [{ role: 'user', content: ASKED.replace('search', 'mcp_search') }],
    tools: [{ name: 'mcp_search', description: TOOL.description, input_schema: PARAMETERS }],
  };

  it("restores the client's names in calls, and sends the replaced names in the history", async () => {
    const { json, adjusted } = await post('/v1/messages', messages);
    expect(adjusted).toBe('tools.input_schema.properties=renamed');
    const { content } = json();
    const call = content.find(({ type }: Loose) => type === 'tool_use');
    expectClientNames(call.input);
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'Nothing.' }] };
    await post('/v1/messages', {
      ...messages,
      messages: [...messages.messages, { role: 'assistant', content }, result],
    });
    const { body } = gateway.emulator.requests.at(-1)! as Loose;
    const sent = body.messages[1].content.find(({ type }: Loose) => type === 'tool_use');
    expect(Object.keys(sent.input)).toEqual(Object.keys(body.tools[0].input_schema.properties));
  });

  it('restores the names in streams', async () => {
    const { events } = await post('/v1/messages', { ...messages, stream: true });
    const deltas = events().filter(({ delta }) => delta?.type === 'input_json_delta');
    expectClientNames(JSON.parse(deltas.map(({ delta }) => delta.partial_json).join('')));
  });

  it.each([false, true])('restores the names in JSON answers (stream: %s)', async (stream) => {
    const format = { type: 'json_schema', schema: PARAMETERS };
    const body = { ...messages, tools: [], stream, output_config: { format } };
    const { events, json, adjusted } = await post('/v1/messages', body);
    expect(adjusted).toBe('output_config.format.schema.properties=renamed');
    const text = stream
      ? events()
          .map(({ delta }) => delta?.text ?? '')
          .join('')
      : json().content[0].text;
    expectClientNames(JSON.parse(text));
  });

  it.each([false, true])('replaces tool names that Claude rejects (stream: %s)', async (stream) => {
    const name = 'mcp.files/read file';
    const id = 'functions.read:0';
    const body = {
      ...messages,
      stream,
      tools: [{ ...messages.tools[0], name }],
      tool_choice: { type: 'tool', name },
      messages: [
        { role: 'user', content: 'Read it.' },
        {
          role: 'assistant',
          content: [0, 1].map((at) => ({ type: 'tool_use', id, name, input: { $filter: `${at}` } })),
        },
        { role: 'user', content: [0, 1].map((at) => ({ type: 'tool_result', tool_use_id: id, content: `${at}` })) },
        { role: 'assistant', content: [{ type: 'tool_use', id, name, input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'x' }] },
      ],
    };
    const { events, json, adjusted } = await post('/v1/messages', body);
    expect(adjusted.split(', ')).toEqual(expect.arrayContaining(['tool_use.id=renamed', 'tools.name=renamed']));
    const call = stream
      ? events().find(({ content_block: block }) => block?.type === 'tool_use').content_block
      : json().content.find(({ type }: Loose) => type === 'tool_use');
    expect(call.name).toBe(name);
  });

  it('accepts a schema of another draft, and a tool that occurs twice', async () => {
    const input_schema = { properties: { a: { type: 'any', items: [{ type: 'STRING' }] } }, required: ['a', 'a'] };
    const tool = { name: 'search', description: 'x', input_schema };
    const { adjusted } = await post('/v1/messages', { ...messages, tools: [tool, tool] });
    expect(adjusted.split(', ')).toEqual(
      expect.arrayContaining(['tools=duplicates_dropped', 'tools.input_schema/properties/a=repaired']),
    );
  });
});

describe.each(['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-5-5'])('a JSON answer from %s', (model) => {
  const response_format = { type: 'json_schema', json_schema: { name: 'x', schema: PARAMETERS } };
  const body = { model, messages: [{ role: 'user', content: 'Find it' }], response_format };

  it.each([false, true])("has the client's property names (stream: %s)", async (stream) => {
    const { events, json } = await post('/v1/chat/completions', { ...body, stream });
    const text = stream
      ? events()
          .map(({ choices }) => choices[0]?.delta.content ?? '')
          .join('')
      : json().choices[0].message.content;
    expectClientNames(JSON.parse(text));
    expect(gateway.emulator.requests).toHaveLength(1);
  });
});
