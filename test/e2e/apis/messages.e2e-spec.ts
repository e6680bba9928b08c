import Anthropic from '@anthropic-ai/sdk';
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod';
import { z } from 'zod';

import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** `POST /v1/messages` with Anthropic's client, against the real gateway and the strict emulator. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const MODEL = 'claude-haiku-4-5';
const HELLO = [{ role: 'user' as const, content: 'Hello' }];
const BODY = { model: MODEL, max_tokens: 1_000, messages: HELLO };

let gateway: TestGateway;
let client: Anthropic;

beforeAll(async () => {
  gateway = await startGateway('streaming: { keepAliveSeconds: 1 }');
  client = new Anthropic({ baseURL: gateway.url, apiKey: KEY, maxRetries: 0 });
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function sent(index = 0): { operation: string; modelId: string; body: Loose; headers: Record<string, string> } {
  return gateway.emulator.requests[index]!;
}

describe('create', () => {
  it('returns Bedrock’s answer, with its cost', async () => {
    gateway.emulator.script([{ text: 'Good day.' }]);
    const { data, response, request_id } = await client.messages.create(BODY).withResponse();
    expect(data).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
    expect(data.content).toEqual([{ type: 'text', text: 'Good day.' }]);
    expect(data.usage.input_tokens).toBeGreaterThan(0);
    expect(request_id).toBe(response.headers.get('x-request-id'));
    expect(Number(response.headers.get('x-outcrop-cost-usd'))).toBeGreaterThan(0);
    expect(response.headers.get('x-outcrop-adjusted')).toBeNull();
    expect(sent()).toMatchObject({ operation: 'invoke', modelId: `us.anthropic.${MODEL}-20251001-v1:0` });
    expect(sent().body).toEqual({
      anthropic_version: 'bedrock-2023-05-31',
      max_tokens: 1_000,
      messages: HELLO,
    });
  });

  it('streams Bedrock’s events with their names, and records their usage', async () => {
    gateway.emulator.script([{ thinking: 'Hm.', text: 'Good day.', toolUse: [{ name: 'f', input: { a: [1] } }] }]);
    const tools = [{ name: 'f', input_schema: { type: 'object' as const } }];
    const thinking = { type: 'enabled' as const, budget_tokens: 1_024 };
    const stream = client.messages.stream({ ...BODY, max_tokens: 4_000, tools, thinking });
    const seen: string[] = [];
    stream.on('streamEvent', ({ type }) => seen.push(type));
    const message = await stream.finalMessage();
    expect(message.content.map(({ type }) => type)).toEqual(['thinking', 'text', 'tool_use']);
    expect(message.content[2]).toMatchObject({ name: 'f', input: { a: [1] } });
    expect(message.usage.output_tokens).toBeGreaterThan(1);
    expect([seen[0], seen.at(-2), seen.at(-1)]).toEqual(['message_start', 'message_delta', 'message_stop']);
    expect(sent().operation).toBe('invoke-with-response-stream');
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toMatch(new RegExp(`outcrop_tokens_total\\{model="${MODEL}",kind="output"\\} [1-9]`));
    expect(metrics).toMatch(new RegExp(`outcrop_cost_usd_total\\{model="${MODEL}"\\} 0\\.`));
  });

  it('writes each event as one SSE frame, without Bedrock’s own fields', async () => {
    gateway.emulator.script([{ text: 'Hi' }]);
    const text = await (await gateway.send('/v1/messages?beta=true', { body: { ...BODY, stream: true } })).text();
    const frames = text.trim().split('\n\n');
    for (const frame of frames) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
      expect(JSON.parse(data!).type).toBe(name);
    }
    expect(text).not.toContain('amazon-bedrock');
  });

  it('completes a tool loop with thinking, plain and streamed', async () => {
    const weather = betaZodTool({
      name: 'weather',
      description: 'The weather in a city',
      inputSchema: z.object({ city: z.string() }),
      run: ({ city }) => `18 degrees in ${city}`,
    });
    const loop = [
      { thinking: 'Ask.', toolUse: [{ name: 'weather', input: { city: 'Rome' } }] },
      { thinking: 'Done.', text: 'Mild.' },
    ];
    for (const stream of [false, true]) {
      gateway.emulator.reset();
      gateway.emulator.script(loop);
      const runner = client.beta.messages.toolRunner({
        model: 'claude-opus-5-5',
        max_tokens: 4_000,
        messages: [{ role: 'user', content: 'How is it in Rome?' }],
        tools: [weather],
        stream,
      });
      const message = (await runner) as Loose;
      expect(message.content.at(-1)).toMatchObject({ type: 'text', text: 'Mild.' });
      expect(gateway.emulator.requests).toHaveLength(2);
      expect(sent(1).body.messages[1].content[0]).toMatchObject({ type: 'thinking' });
      expect(sent(1).body.messages[2].content[0].content).toBe('18 degrees in Rome');
    }
  });

  it('forwards redacted thinking, one-hour cache points, images and documents unchanged', async () => {
    const system = [
      {
        type: 'text' as const,
        text: 'Be brief. '.repeat(3_000),
        cache_control: { type: 'ephemeral' as const, ttl: '1h' as const },
      },
    ];
    const first = await client.messages.create({
      ...BODY,
      max_tokens: 4_000,
      system,
      thinking: { type: 'enabled', budget_tokens: 1_024 },
      messages: [{ role: 'user', content: 'Hello [redacted]' }],
    });
    expect(first.usage.cache_creation?.ephemeral_1h_input_tokens).toBeGreaterThan(4_096);
    expect(first.content[0]!.type).toBe('redacted_thinking');
    const messages = [
      ...HELLO.slice(0, 0),
      { role: 'user' as const, content: 'Hello [redacted]' },
      { role: 'assistant' as const, content: first.content as Loose },
      { role: 'user' as const, content: 'More' },
    ];
    const second = await client.messages.create({
      ...BODY,
      max_tokens: 4_000,
      system,
      thinking: { type: 'enabled', budget_tokens: 1_024 },
      messages,
    });
    expect(second.usage.cache_read_input_tokens).toBeGreaterThan(4_096);
    expect(sent(1).body.system).toEqual(system);
  });
});

describe('features that Bedrock lacks', () => {
  it('filters beta flags, drops the fields that depend on them, and reports both', async () => {
    const tools = [{ name: 'f', input_schema: { type: 'object' }, input_examples: [{}] }];
    const body = {
      ...BODY,
      tools,
      context_management: { edits: [] },
      container: 'c',
      inference_geo: 'us',
      speed: 'standard',
    };
    const answer = await gateway.send('/v1/messages', {
      body,
      headers: { 'anthropic-beta': 'claude-code-20250219,context-management-2025-06-27' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-outcrop-adjusted')).toBe(
      'container=dropped, inference_geo=dropped, anthropic_beta=unsupported_dropped, tools.input_examples=dropped',
    );
    expect(sent().body.anthropic_beta).toEqual(['context-management-2025-06-27']);
    expect(sent().body.context_management).toEqual({ edits: [] });

    const old = await gateway.send('/v1/messages', { body: { ...body, model: 'claude-opus-4-1' } });
    expect(old.status).toBe(200);
    expect(sent(1).body).not.toHaveProperty('context_management');
    expect(sent(1).body).not.toHaveProperty('anthropic_beta');
  });

  it.each([
    [{ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools[0].type'],
    [{ mcp_servers: [{ type: 'url', url: 'https://mcp.example', name: 'x' }] }, 'mcp_servers'],
  ])('rejects %j', async (fields, param) => {
    const answer = await gateway.send('/v1/messages', { body: { ...BODY, ...fields } });
    expect([answer.status, param]).toEqual([400, param]);
    expect(await answer.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect(gateway.emulator.requests).toEqual([]);
  });

  it('forwards unknown fields, and returns Bedrock’s error message about them', async () => {
    const error = (await client.messages
      .create({ ...BODY, field_of_next_year: 1 } as Loose)
      .catch((error: unknown) => error)) as Loose;
    expect(sent().body.field_of_next_year).toBe(1);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error.error).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'field_of_next_year: Extra inputs are not permitted' },
      request_id: error.requestID,
    });
  });

  it('adapts parameters for a retired model to its successor', async () => {
    const { response } = await client.messages
      .create({
        model: 'claude-opus-5-5',
        max_tokens: 200_000,
        messages: HELLO,
        thinking: { type: 'enabled', budget_tokens: 10_000 },
        ...({ temperature: 1, top_k: 5 } as object),
        stream: true,
      })
      .withResponse();
    expect(response.headers.get('x-outcrop-adjusted')).toBe(
      'max_tokens=128000, thinking.budget_tokens=effort_high, thinking=adaptive, top_k=dropped',
    );
    expect(sent().body).toMatchObject({
      max_tokens: 128_000,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'high' },
    });
  });

  it('accepts system messages between turns and consecutive messages of one role, as Anthropic does', async () => {
    const messages = [
      { role: 'user', content: 'One' },
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Two' }] },
    ];
    const answer = await gateway.send('/v1/messages', { body: { ...BODY, messages, system: 'Be kind.' } });
    expect(answer.status).toBe(200);
    expect(sent().body.system).toBe('Be kind.');
    expect(sent().body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'One' },
          { type: 'text', text: '<system>\nBe brief.\n</system>' },
          { type: 'text', text: 'Two' },
        ],
      },
    ]);
  });
});

describe('failures', () => {
  it('retries before the first byte, also if the exception is the first frame', async () => {
    gateway.emulator.behave({ kind: 'first-frame-error', name: 'throttlingException', times: 2 });
    const message = await client.messages.stream(BODY).finalMessage();
    expect(message.stop_reason).toBe('end_turn');
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it('maps throttling to rate_limit_error and overload to status 529', async () => {
    gateway.emulator.behave({ kind: 'throttle' });
    await expect(client.messages.create(BODY)).rejects.toThrow(Anthropic.RateLimitError);
    gateway.emulator.reset();
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503 });
    const answer = await gateway.send('/v1/messages', { body: BODY });
    expect(answer.status).toBe(529);
    expect(((await answer.json()) as Loose).error.type).toBe('overloaded_error');
  });

  it('ends a failed stream with an error event, never as a complete message', async () => {
    gateway.emulator.script([{ text: 'One two three four five six' }]);
    gateway.emulator.behave({ kind: 'truncate', afterDeltas: 1, times: 1 });
    const text = await (await gateway.send('/v1/messages', { body: { ...BODY, stream: true } })).text();
    expect(text).not.toContain('message_stop');
    expect(text.trim().split('\n\n').at(-1)).toMatch(
      /^event: error\ndata: \{"type":"error","error":\{"type":"api_error"/,
    );

    // The input tokens are known and the output tokens are estimated; both are billed.
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toMatch(new RegExp(`outcrop_estimated_tokens_total\\{model="${MODEL}",kind="input"\\} [1-9]`));

    gateway.emulator.behave({ kind: 'stream-error', name: 'serviceUnavailableException', afterDeltas: 1, times: 1 });
    const failure = await client.messages
      .stream(BODY)
      .finalMessage()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Anthropic.APIError);
    expect((failure as Loose).error.error.type).toBe('overloaded_error');
  });

  it('sends pings while the model is silent', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 1_500, before: 'headers', times: 1 } as Loose);
    const text = await (await gateway.send('/v1/messages', { body: { ...BODY, stream: true } })).text();
    expect(text).toMatch(/^event: ping\ndata: \{"type":"ping"\}\n\n/);
    expect(text).toContain('event: message_stop');
  });

  it('requires a key, in any of its headers, and a model that the key may use', async () => {
    for (const headers of [
      { 'x-api-key': KEY },
      { authorization: `Bearer ${KEY}` },
      { authorization: 'Bearer oauth', 'x-api-key': KEY },
    ]) {
      const answer = await fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
        body: JSON.stringify(BODY),
      });
      expect(answer.status).toBe(200);
    }
    const refused = await gateway.send('/v1/messages', { body: BODY, headers: { authorization: 'Bearer nobody' } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('request-id')).toBe(refused.headers.get('x-request-id'));
    expect(await refused.json()).toMatchObject({ error: { type: 'authentication_error' } });
    await expect(client.messages.create({ ...BODY, model: 'claude-nobody' })).rejects.toThrow(Anthropic.NotFoundError);
  });
});

it('answers connectivity checks', async () => {
  for (const method of ['HEAD', 'GET']) {
    expect((await fetch(gateway.url, { method })).status).toBe(200);
  }
});

describe('count_tokens', () => {
  const system = 'Be brief.';

  it('returns Bedrock’s count for models that Bedrock can count for', async () => {
    const { data, response } = await client.messages
      .countTokens({ model: MODEL, messages: HELLO, system })
      .withResponse();
    expect(data.input_tokens).toBeGreaterThan(0);
    expect(response.headers.get('x-outcrop-adjusted')).toBeNull();
    expect(sent()).toMatchObject({ operation: 'count-tokens', modelId: 'anthropic.claude-haiku-4-5-20251001-v1:0' });
    const body = JSON.parse(Buffer.from(sent().body.input.invokeModel.body, 'base64').toString());
    expect(body).toMatchObject({ anthropic_version: 'bedrock-2023-05-31', system, messages: HELLO });
  });

  it('estimates the count for other models, and reports that it is an estimate', async () => {
    const ask = (model: string) => client.messages.countTokens({ model, messages: HELLO, system }).withResponse();
    const adjustments = async (model: string) => (await ask(model)).response.headers.get('x-outcrop-adjusted');
    expect(await adjustments('claude-opus-5-5')).toBe('input_tokens=estimated');
    expect(gateway.emulator.requests).toEqual([]);
    gateway.emulator.behave({ kind: 'refuse', name: 'AccessDeniedException', status: 403 });
    expect(await adjustments(MODEL)).toBe('input_tokens=estimated');
    const { data } = await ask(MODEL);
    expect(data.input_tokens).toBeGreaterThan(5);
    expect(data.input_tokens).toBeLessThan(30);
  });

  it('reports the same validation errors as the create endpoint', async () => {
    const messages = [{ role: 'user' as const, content: '' }];
    await expect(client.messages.countTokens({ model: MODEL, messages })).rejects.toThrow(/non-empty/);
  });
});
