import { inspect } from 'node:util';
import { OPEN_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';
import { OtlpReceiver, type ReceivedSpan } from '../../support/otlp-receiver.ts';

const MODEL = 'claude-sonnet-4-6';
const PROFILE = `us.anthropic.${MODEL}`;
const REQUEST = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hello there' }] };
const PARENT = { trace: '4bf92f3577b34da6a3ce929d0e0e4736', span: '00f067aa0ba902b7' };

let receiver: OtlpReceiver;
let gateway: TestGateway;
beforeEach(async () => {
  receiver = await OtlpReceiver.start();
});
afterEach(async () => {
  await gateway.close();
  await receiver.close();
});

async function start(settings = '', telemetry = ''): Promise<void> {
  gateway = await startGateway(`
telemetry: {endpoint: "${receiver.url}"${telemetry && `, ${telemetry}`}}
${settings}`);
}

const ask = (body: object = {}, headers: Record<string, string> = {}) =>
  gateway.send('/v1/chat/completions', { body: { ...REQUEST, ...body }, headers });

/** Closes the gateway, which exports the remaining spans, and returns them. */
async function traced(): Promise<{ server: ReceivedSpan; clients: ReceivedSpan[] }> {
  await gateway.close();
  const servers = receiver.servers.filter(({ attributes }) => attributes['http.route'] !== '/metrics');
  expect(servers).toHaveLength(1);
  return { server: servers[0]!, clients: receiver.clients };
}

describe('the trace of a request', () => {
  it('has a span for the request with the attempt as its child, named by the conventions', async () => {
    await start();
    const answer = await ask({ max_tokens: 50, temperature: 0.5, stop: ['END'] });
    expect(answer.status).toBe(200);
    const { usage } = (await answer.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
    const { server, clients } = await traced();
    expect(server).toMatchObject({
      name: 'POST /v1/chat/completions',
      kind: 2,
      status: 0,
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/chat/completions',
        'http.response.status_code': 200,
        'url.path': '/v1/chat/completions',
        'url.scheme': 'http',
        'outcrop.request.id': answer.headers.get('x-request-id'),
        'outcrop.key': 'test',
        'outcrop.model': MODEL,
        'outcrop.target': `us-east-1/${PROFILE}`,
      },
    });
    expect(server.parentSpanId).toBeFalsy();
    expect(clients).toHaveLength(1);
    expect(clients[0]).toMatchObject({
      name: `chat ${PROFILE}`,
      kind: 3,
      traceId: server.traceId,
      parentSpanId: server.spanId,
      status: 0,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'aws.bedrock',
        'gen_ai.request.model': PROFILE,
        'gen_ai.response.model': `anthropic.${MODEL}`,
        'gen_ai.request.max_tokens': 50,
        'gen_ai.request.temperature': 0.5,
        'gen_ai.usage.input_tokens': usage.prompt_tokens,
        'gen_ai.usage.output_tokens': usage.completion_tokens,
        'gen_ai.response.finish_reasons': ['end_turn'],
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(gateway.emulator.url).port),
        'aws.request_id': answer.headers.get('x-amzn-requestid'),
      },
    });
    expect(Object.keys(clients[0]!.attributes)).not.toContain('gen_ai.request.stream');
    expect(
      JSON.stringify(receiver.spans, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value)),
    ).not.toContain('Hello there');
    expect(receiver.resource).toMatchObject({ 'service.name': 'outcrop', 'service.version': '0.1.0' });
  });

  it('of a stream lasts until the stream has ended', async () => {
    await start();
    gateway.emulator.behave({ kind: 'pace', ms: 20 });
    expect(await (await ask({ stream: true })).text()).toContain('[DONE]');
    const { server, clients } = await traced();
    const [client] = clients as [ReceivedSpan];
    expect(server.attributes).toMatchObject({ 'outcrop.stream': true, 'http.response.status_code': 200 });
    expect(client.attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.response.finish_reasons': ['end_turn'],
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
    });
    expect(client.attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(0);
    const seconds = Number(client.end - client.start) / 1e9;
    expect(seconds).toBeGreaterThan(client.attributes['gen_ai.response.time_to_first_chunk'] as number);
    expect(server.end).toBeGreaterThanOrEqual(client.end);
  });

  it("continues the client's trace and propagates it to Bedrock", async () => {
    await start();
    const tracestate = 'vendor=opaque';
    await (await ask({}, { traceparent: `00-${PARENT.trace}-${PARENT.span}-01`, tracestate })).text();
    const { headers } = gateway.emulator.requests[0]!;
    const { server, clients } = await traced();
    expect(server).toMatchObject({ traceId: PARENT.trace, parentSpanId: PARENT.span, traceState: tracestate });
    expect(headers).toMatchObject({ traceparent: `00-${PARENT.trace}-${clients[0]!.spanId}-01`, tracestate });
  });

  it.each([
    ['sampled by the client, whatever the configured ratio', '01', 'samplingRatio: 0', 1],
    ['not sampled by the client', '00', 'samplingRatio: 1', 0],
  ])('is %s', async (_, flags, telemetry, spans) => {
    await start('', telemetry);
    await (await ask({}, { traceparent: `00-${PARENT.trace}-${PARENT.span}-${flags}` })).text();
    const passed = gateway.emulator.requests[0]!.headers['traceparent'];
    await gateway.close();
    expect(passed).toMatch(new RegExp(`^00-${PARENT.trace}-[0-9a-f]{16}-${flags}$`));
    expect(receiver.servers).toHaveLength(spans);
  });

  it.each(['', '00-zz', `ff-${PARENT.trace}-${PARENT.span}-01`, `00-${'0'.repeat(32)}-${PARENT.span}-01`])(
    'is new if the client sends %j',
    async (traceparent) => {
      await start();
      await (await ask({}, { traceparent })).text();
      const { server } = await traced();
      expect(server.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(server.traceId).not.toBe(PARENT.trace);
      expect(server.parentSpanId).toBeFalsy();
    },
  );

  it('records what failed', async () => {
    await start('retry: {maxRetries: 0}');
    gateway.emulator.behave({ kind: 'refuse', name: 'ServiceUnavailableException', status: 503 });
    expect((await ask()).status).toBe(503);
    const { server, clients } = await traced();
    expect(server).toMatchObject({
      status: 2,
      attributes: { 'error.type': 'service_unavailable', 'http.response.status_code': 503 },
    });
    expect(clients[0]).toMatchObject({ status: 2, attributes: { 'error.type': 'service_unavailable' } });
    expect(clients[0]!.attributes['aws.request_id']).toBeDefined();
  });

  it('does not mark a rejected client request as a server error', async () => {
    await start();
    expect((await ask({ messages: 'none' })).status).toBe(400);
    const { server, clients } = await traced();
    expect(server.status).toBe(0);
    expect(server.attributes['error.type']).toBeUndefined();
    expect(clients).toHaveLength(0);
  });

  it('records a stream that failed after its beginning', async () => {
    await start();
    gateway.emulator.behave({ kind: 'cut', afterDeltas: 1 });
    await (await ask({ stream: true })).text();
    const { server, clients } = await traced();
    expect(server).toMatchObject({ status: 2, attributes: { 'http.response.status_code': 200 } });
    expect(clients[0]).toMatchObject({ status: 2, attributes: { 'error.type': server.attributes['error.type'] } });
  });

  it('records retries, with a span for each attempt', async () => {
    await start();
    gateway.emulator.behave({ kind: 'throttle', times: 2 });
    expect((await ask()).status).toBe(200);
    const { server, clients } = await traced();
    expect(clients.map(({ attributes }) => attributes['error.type'])).toEqual([
      'rate_limit_exceeded',
      'rate_limit_exceeded',
      undefined,
    ]);
    expect(server.events).toEqual(
      [1, 2].map((attempt) =>
        expect.objectContaining({
          name: 'outcrop.retry',
          attributes: expect.objectContaining({
            'outcrop.retry.attempt': attempt,
            'error.type': 'rate_limit_exceeded',
          }),
        }),
      ),
    );
    expect(server.status).toBe(0);
  });

  it('records failovers', async () => {
    await start(`bedrock: {targets: [{region: us-east-1}, {region: eu-central-1}]}`);
    gateway.emulator.behave({ kind: 'throttle', match: 'us.' });
    expect((await ask()).status).toBe(200);
    const { server, clients } = await traced();
    expect(clients.map(({ name }) => name)).toEqual([`chat ${PROFILE}`, `chat eu.anthropic.${MODEL}`]);
    expect(server.events).toMatchObject([
      {
        name: 'outcrop.failover',
        attributes: { 'outcrop.target': `us-east-1/${PROFILE}`, 'error.type': 'rate_limit_exceeded' },
      },
    ]);
  });

  it('records fallbacks', async () => {
    await start(`models: {routes: [{model: ${MODEL}, fallbacks: [claude-haiku-4-5]}]}`);
    gateway.emulator.behave({ kind: 'throttle', match: 'sonnet' });
    expect((await ask()).status).toBe(200);
    const { server } = await traced();
    expect(server.events).toMatchObject([
      {
        name: 'outcrop.fallback',
        attributes: { 'outcrop.model': MODEL, 'outcrop.fallback.model': 'claude-haiku-4-5' },
      },
    ]);
  });

  it('ends when the client has disconnected', async () => {
    await start();
    gateway.emulator.behave({ kind: 'stall', afterDeltas: 1 });
    const leaving = new AbortController();
    const stream = await gateway.client.chat.completions.create(
      { ...REQUEST, stream: true },
      { signal: leaving.signal },
    );
    await stream[Symbol.asyncIterator]().next();
    leaving.abort();
    await until(() => gateway.emulator.requests[0]?.abortedAt !== undefined, 'the upstream to be left');
    const { server, clients } = await traced();
    expect(server).toMatchObject({ status: 0, attributes: { 'outcrop.aborted': true } });
    expect(clients[0]!.attributes['error.type']).toBe('canceled');
  });

  it.each([false, true])('exists for Messages, with usage; streamed: %s', async (stream) => {
    await start();
    const body = { model: MODEL, max_tokens: 30, stream, messages: [{ role: 'user', content: 'Hello' }] };
    const answer = await gateway.send('/v1/messages', { body });
    expect(answer.status).toBe(200);
    await answer.text();
    const { server, clients } = await traced();
    expect(server.name).toBe('POST /v1/messages');
    expect(clients).toMatchObject([
      {
        name: `chat ${PROFILE}`,
        parentSpanId: server.spanId,
        status: 0,
        attributes: { 'gen_ai.usage.output_tokens': expect.any(Number), 'aws.request_id': expect.any(String) },
      },
    ]);
    expect(clients[0]!.attributes['gen_ai.request.stream']).toBe(stream || undefined);
    expect(clients[0]!.end > clients[0]!.start).toBe(true);
  });

  it.each([
    ['chat', '/v1/chat/completions', REQUEST],
    ['Messages', '/v1/messages', { ...REQUEST, max_tokens: 30 }],
    ['embeddings', '/v1/embeddings', { model: 'titan-embed-text-v2', input: 'Hello' }],
  ])('names the failure of an answer that has another form: %s', async (_, path, body) => {
    await start('retry: {maxRetries: 0}');
    gateway.emulator.behave({ kind: 'reply', contentType: 'application/json', body: '{}' });
    expect((await gateway.send(path, { body })).status).toBe(502);
    const { server, clients } = await traced();
    expect(server.status).toBe(2);
    expect(clients).toHaveLength(1);
    expect(clients[0]).toMatchObject({
      status: 2,
      attributes: { 'error.type': server.attributes['error.type'] },
    });
  });

  it('exists for embeddings', async () => {
    await start();
    const answer = await gateway.send('/v1/embeddings', { body: { model: 'titan-embed-text-v2', input: 'Hello' } });
    expect(answer.status).toBe(200);
    const { clients } = await traced();
    expect(clients).toMatchObject([
      { name: expect.stringMatching(/^embeddings /), attributes: { 'gen_ai.usage.input_tokens': expect.any(Number) } },
    ]);
  });

  it('contains no key from a query or an unknown path', async () => {
    await start();
    const secret = 'sk-abcdefghijklmnop1234';
    for (const path of [`/v1/models?api_key=${secret}`, `/v1/${secret}`, `/${secret}`, `/v1/models/${secret}`]) {
      await (await gateway.send(path)).text();
    }
    await gateway.close();
    expect(receiver.servers).toHaveLength(4);
    expect(inspect(receiver.spans, { depth: null })).not.toContain('abcdefghijklmnop');
  });

  it('excludes probes and scrapes', async () => {
    await start();
    for (const path of ['/health', '/metrics', '/health/ready']) await (await gateway.send(path)).text();
    await gateway.close();
    expect(receiver.spans).toHaveLength(0);
  });
});

describe('content in traces', () => {
  const secretive = 'The secret plan.';
  const messages = [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: secretive },
  ];
  const open = { authorization: `Bearer ${OPEN_KEY}` };

  it.each([false, true])('is recorded for keys that enable it; streamed: %s', async (stream) => {
    await start();
    const answer = await ask({ messages, stream }, open);
    expect(answer.status).toBe(200);
    await answer.text();
    const { clients } = await traced();
    const { attributes } = clients[0]!;
    expect(JSON.parse(attributes['gen_ai.input.messages'] as string)).toEqual([
      { role: 'user', parts: [{ type: 'text', content: secretive }] },
    ]);
    expect(JSON.parse(attributes['gen_ai.system_instructions'] as string)).toEqual([
      { type: 'text', content: 'Be kind.' },
    ]);
    expect(JSON.parse(attributes['gen_ai.output.messages'] as string)).toEqual([
      {
        role: 'assistant',
        parts: [{ type: 'text', content: expect.stringContaining('emulator') }],
        finish_reason: 'stop',
      },
    ]);
  });
});

describe('long trace content', () => {
  it('is shortened, and its latest part is kept', async () => {
    await start();
    const messages = ['first', 'second', 'third'].map((word) => ({
      role: 'user',
      content: `${word} ${'x'.repeat(9_000)}`,
    }));
    expect(
      (
        await ask(
          { messages: messages.flatMap((message) => [message, { role: 'assistant', content: 'ok' }]).slice(0, -1) },
          { authorization: `Bearer ${OPEN_KEY}` },
        )
      ).status,
    ).toBe(200);
    const { clients } = await traced();
    const text = clients[0]!.attributes['gen_ai.input.messages'] as string;
    expect(text.length).toBeLessThan(17_000);
    expect(text).toContain('third');
    expect(text).toContain('second');
    expect(text).not.toContain('first');
  });
});

describe('a receiver that accepts no data', () => {
  it('does not affect requests', async () => {
    await start();
    receiver.status = 500;
    for (let count = 0; count < 3; count++) expect((await ask()).status).toBe(200);
    await gateway.close();
    expect(receiver.requests.map(({ path }) => path)).toContain('/v1/traces');
    expect(receiver.spans).toHaveLength(0);
  });

  it('receives the configured headers', async () => {
    await start('', 'headers: {authorization: "Bearer collector"}');
    await ask();
    await gateway.close();
    expect(receiver.requests.every(({ headers }) => headers['authorization'] === 'Bearer collector')).toBe(true);
    expect(receiver.requests.length).toBeGreaterThan(0);
  });
});
