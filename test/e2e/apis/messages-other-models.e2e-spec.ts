import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { z } from 'zod';

import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** `POST /v1/messages` with Anthropic's client for models other than Claude, through Converse. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const HELLO = [{ role: 'user' as const, content: 'Hello' }];
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let gateway: TestGateway;
let client: Anthropic;

beforeAll(async () => {
  gateway = await startGateway(`
streaming: { keepAliveSeconds: 1 }
models: { routes: [{ model: claude-haiku-4-5, fallbacks: [nova-2-lite] }] }
`);
  client = new Anthropic({ baseURL: gateway.url, apiKey: KEY, maxRetries: 0 });
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function sent(index = 0): { operation: string; modelId: string; body: Loose } {
  return gateway.emulator.requests[index]!;
}

const weather = betaZodTool({
  name: 'weather',
  description: 'The weather in a city',
  inputSchema: z.object({ city: z.string() }),
  run: ({ city }) => `18 degrees in ${city}`,
});

describe.each(['nova-2-lite', 'gpt-oss-120b', 'llama3-3-70b-instruct'])('%s', (model) => {
  it('answers with a message, its usage and its cost', async () => {
    gateway.emulator.script([{ text: 'Good day.', usage: { input: 12, output: 5 } }]);
    const { data, response, request_id } = await client.messages
      .create({ model, max_tokens: 1_000, messages: HELLO, system: 'Be kind.' })
      .withResponse();
    expect(data).toMatchObject({ type: 'message', role: 'assistant', model, stop_reason: 'end_turn' });
    expect(data.id).toMatch(/^msg_/);
    expect(data.content).toEqual([{ type: 'text', text: 'Good day.', citations: null }]);
    expect(data.usage).toMatchObject({ input_tokens: 12, output_tokens: 5, cache_read_input_tokens: 0 });
    expect(request_id).toBe(response.headers.get('x-request-id'));
    expect(response.headers.get('x-outcrop-adjusted')).toBeNull();
    expect(Number(response.headers.get('x-outcrop-cost-usd'))).toBeGreaterThan(0);
    expect(sent().operation).toBe('converse');
    expect(sent().body).toMatchObject({ system: [{ text: 'Be kind.' }], inferenceConfig: { maxTokens: 1_000 } });
  });

  it('streams the message', async () => {
    gateway.emulator.script([{ text: 'Good day to you.', usage: { input: 12, output: 5 } }]);
    const stream = client.messages.stream({ model, max_tokens: 1_000, messages: HELLO });
    const seen: string[] = [];
    stream.on('streamEvent', ({ type }) => seen.push(type));
    const message = await stream.finalMessage();
    expect(message.content).toEqual([{ type: 'text', text: 'Good day to you.', citations: null }]);
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { input_tokens: 12, output_tokens: 5 } });
    expect([seen[0], seen[1], seen.at(-2), seen.at(-1)]).toEqual([
      'message_start',
      'content_block_start',
      'message_delta',
      'message_stop',
    ]);
    expect(sent().operation).toBe('converse-stream');
  });

  it('completes a tool loop, plain and streamed', async () => {
    for (const stream of [false, true]) {
      gateway.emulator.reset();
      gateway.emulator.script([
        { text: 'Let me see.', toolUse: [{ name: 'weather', input: { city: 'Rome' } }] },
        { text: 'Mild.' },
      ]);
      const runner = client.beta.messages.toolRunner({
        model,
        max_tokens: 4_000,
        messages: [{ role: 'user', content: 'How is it in Rome?' }],
        tools: [weather],
        stream,
      });
      const message = (await runner) as Loose;
      expect(message.content.at(-1)).toMatchObject({ type: 'text', text: 'Mild.' });
      const [{ toolResult }] = sent(1).body.messages[2].content;
      expect(toolResult.content).toEqual([{ text: '18 degrees in Rome' }]);
      expect(toolResult.toolUseId).toBe(sent(1).body.messages[1].content.at(-1).toolUse.toolUseId);
    }
  });
});

it('returns the thinking of a reasoning model, and accepts the conversation with it', async () => {
  gateway.emulator.script([{ thinking: 'A greeting.', text: 'Hi.' }, { text: 'Bye.' }]);
  const request = {
    model: 'nova-2-lite',
    max_tokens: 4_000,
    thinking: { type: 'enabled' as const, budget_tokens: 2_000 },
  };
  const first = await client.messages.stream({ ...request, messages: HELLO }).finalMessage();
  expect(first.content).toEqual([
    { type: 'thinking', thinking: 'A greeting.', signature: '' },
    { type: 'text', text: 'Hi.', citations: null },
  ]);
  expect(sent().body.additionalModelRequestFields).toEqual({
    reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' },
  });
  const messages = [
    ...HELLO,
    { role: 'assistant' as const, content: first.content as Loose },
    { role: 'user' as const, content: 'Bye' },
  ];
  const { response } = await client.messages.create({ ...request, messages }).withResponse();
  expect(response.headers.get('x-outcrop-adjusted')).toContain('messages.thinking=unsigned_dropped');
  expect(sent(1).body.messages[1].content).toEqual([{ text: 'Hi.' }]);
});

it('sends images and documents, and sets cache points', async () => {
  const content = [
    { type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: PNG } },
    {
      type: 'document' as const,
      source: { type: 'text' as const, media_type: 'text/plain' as const, data: 'Rome is in Italy.' },
      title: 'Places',
      cache_control: { type: 'ephemeral' as const },
    },
    { type: 'text' as const, text: 'What is this?' },
  ];
  const message = await client.messages.create({
    model: 'nova-2-lite',
    max_tokens: 100,
    messages: [{ role: 'user', content }],
  });
  expect(message.content[0]).toMatchObject({ type: 'text' });
  const document = { format: 'txt', name: 'Places', source: { bytes: 'Um9tZSBpcyBpbiBJdGFseS4=' } };
  expect(sent().body.messages[0].content).toEqual([
    { image: { format: 'png', source: { bytes: PNG } } },
    { document },
    { text: 'What is this?' },
    { cachePoint: { type: 'default' } },
  ]);
});

it('answers in the format of a schema', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const message = await client.messages.create({
    model: 'nova-2-lite',
    max_tokens: 1_000,
    messages: HELLO,
    output_config: { format: { type: 'json_schema', schema } },
  });
  expect(JSON.parse((message.content[0] as Loose).text)).toMatchObject({ city: expect.any(String) });
});

it('reports dropped fields, and names the stop sequence that ended the answer', async () => {
  gateway.emulator.script([{ text: 'One', stopReason: 'stop_sequence' }]);
  const answer = await gateway.send('/v1/messages?beta=true', {
    body: {
      model: 'nova-2-lite',
      max_tokens: 100,
      messages: HELLO,
      stop_sequences: ['END'],
      field_of_next_year: 1,
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      metadata: { user_id: 'u' },
    },
    headers: { 'anthropic-beta': 'claude-code-20250219' },
  });
  expect(answer.headers.get('x-outcrop-adjusted')).toBe(
    'context_management=ignored, field_of_next_year=unknown, anthropic_beta=unsupported_dropped',
  );
  expect(await answer.json()).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' });
  expect(sent().body.requestMetadata).toEqual({ user: 'u' });
});

it.each([
  [{ tools: [{ type: 'web_search_20260209', name: 'web_search' }] }, /web_search_20260209/],
  [{ tools: [{ type: 'bash_20250124', name: 'bash' }] }, /bash_20250124 is supported by Claude only/],
  [{ messages: [{ role: 'user', content: [{ type: 'video' }] }] }, /video/],
  [{ max_tokens: 0 }, /max_tokens/],
  [{ tool_choice: { type: 'any' } }, /tool_choice/],
])('rejects %j', async (fields, message) => {
  const answer = await gateway.send('/v1/messages', {
    body: { model: 'nova-2-lite', max_tokens: 100, messages: HELLO, ...fields },
  });
  expect(answer.status).toBe(400);
  const { type, error } = (await answer.json()) as Loose;
  expect([type, error.type]).toEqual(['error', 'invalid_request_error']);
  expect(error.message).toMatch(message);
  expect(gateway.emulator.requests).toEqual([]);
});

it('ends a failed stream with an error event, and sends pings during silence', async () => {
  const body = { model: 'nova-2-lite', max_tokens: 1_000, messages: HELLO, stream: true };
  gateway.emulator.script([{ text: 'One two three four five six' }]);
  gateway.emulator.behave({ kind: 'truncate', afterDeltas: 1, times: 1 });
  const broken = await (await gateway.send('/v1/messages', { body })).text();
  expect(broken).not.toContain('message_stop');
  expect(broken.trim().split('\n\n').at(-1)).toMatch(
    /^event: error\ndata: \{"type":"error","error":\{"type":"api_error"/,
  );
  gateway.emulator.reset();
  gateway.emulator.behave({ kind: 'slow', ms: 1_500, before: 'headers', times: 1 } as Loose);
  const slow = await (await gateway.send('/v1/messages', { body })).text();
  expect(slow).toMatch(/^event: ping\ndata: \{"type":"ping"\}\n\n/);
  expect(slow.trim().split('\n\n').at(-1)).toBe('event: message_stop\ndata: {"type":"message_stop"}');
});

it('answers as the fallback of a failing Claude model', async () => {
  gateway.emulator.behave({
    kind: 'refuse',
    name: 'ServiceUnavailableException',
    status: 503,
    match: 'anthropic',
  } as Loose);
  const message = await client.messages.create({ model: 'claude-haiku-4-5', max_tokens: 100, messages: HELLO });
  expect(message.model).toBe('nova-2-lite');
  expect(gateway.emulator.requests.at(-1)?.operation).toBe('converse');
});

it('estimates token counts, and reports that they are estimates', async () => {
  const ask = (system: string) =>
    client.messages.countTokens({ model: 'nova-2-lite', messages: HELLO, system }).withResponse();
  const { data, response } = await ask('Be brief.');
  expect(response.headers.get('x-outcrop-adjusted')).toBe('input_tokens=estimated');
  expect(data.input_tokens).toBeGreaterThan(5);
  expect((await ask('Be brief. '.repeat(100))).data.input_tokens).toBeGreaterThan(data.input_tokens + 200);
  expect(gateway.emulator.requests).toEqual([]);
});
