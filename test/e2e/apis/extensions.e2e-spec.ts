import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { specValidator } from '../../support/openai-spec.ts';

const CLAUDE = 'claude-sonnet-4-6';
const TIERED = 'nova-pro';
const HELLO = [{ role: 'user' as const, content: 'Hello' }];
/** A prompt well above 1,024 tokens, the minimum that Sonnet 4.6 caches. */
const LONG = 'A rule to follow. '.repeat(1_000);

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const validate = specValidator();

describe('a gateway with a configured guardrail', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway(`
promptCache: { autoCachePoints: always }
guardrail: { id: gr-1, version: "3", trace: enabled, scope: last-user-message }
requestMetadata: { includeKeyName: true }
passthrough: { modelFields: [made_up], betaFlags: [interleaved-thinking-2025-05-14] }
`);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  const lastInput = (): Loose => gateway.emulator.requests.at(-1)!.body as Loose;
  const ask = (body: object) =>
    gateway.client.chat.completions.create({ model: CLAUDE, messages: HELLO, ...body } as never) as Promise<Loose>;

  it('writes a prompt to the cache once and reads it afterwards', async () => {
    const system = { role: 'system', content: LONG };
    const first = await ask({ messages: [system, { role: 'user', content: 'One?' }] });
    expect(first.usage.prompt_tokens_details.cached_tokens).toBe(0);
    expect(first.usage.prompt_tokens_details.cache_write_tokens).toBeGreaterThan(4_000);
    const answered = { role: 'assistant', content: first.choices[0].message.content };
    const messages = [system, { role: 'user', content: 'One?' }, answered, { role: 'user', content: 'Two?' }];
    const second = await ask({ messages });
    const { cached_tokens, cache_write_tokens } = second.usage.prompt_tokens_details;
    expect(cached_tokens).toBe(first.usage.prompt_tokens_details.cache_write_tokens);
    expect(cache_write_tokens).toBeLessThan(200);
    expect(second.usage.prompt_tokens).toBeGreaterThan(cached_tokens);
    const scrape = await (await gateway.send('/metrics')).text();
    expect(scrape).toContain(`outcrop_tokens_total{model="${CLAUDE}",kind="cache_read"} ${cached_tokens}`);
  });

  it('sets cache points of one hour where a content part requests them', async () => {
    const part = { type: 'text', text: LONG, cache_control: { type: 'ephemeral', ttl: '1h' } };
    await ask({ messages: [{ role: 'user', content: [part] }] });
    expect(lastInput().messages[0].content[1]).toEqual({ cachePoint: { type: 'default', ttl: '1h' } });
  });

  it('answers with the guardrail’s text, its trace and content_filter', async () => {
    const answer = await ask({ messages: [{ role: 'user', content: '[blocked]' }] });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'content_filter' });
    expect(answer.choices[0].message.content).toMatch(/guardrail blocked this/);
    expect(answer.guardrail_trace).toEqual([{ modelOutput: [], actionReason: 'Guardrail blocked.' }]);
    expect(lastInput().guardrailConfig).toEqual({
      guardrailIdentifier: 'gr-1',
      guardrailVersion: '3',
      trace: 'enabled',
    });
    validate('CreateChatCompletionResponse', answer);
  });

  it('streams the guardrail’s answer, with the trace in a chunk before the end', async () => {
    const stream = await ask({ messages: [{ role: 'user', content: '[blocked]' }], stream: true });
    const chunks: Loose[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toMatch(/guardrail blocked this/);
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['content_filter']);
    expect(chunks.at(-1)).toMatchObject({ choices: [], guardrail_trace: [{ actionReason: 'Guardrail blocked.' }] });
    expect(lastInput().guardrailConfig).toMatchObject({ streamProcessingMode: 'sync' });
    for (const chunk of chunks) validate('CreateChatCompletionStreamResponse', chunk);
  });

  it('does not block a conversation again for earlier content that was blocked', async () => {
    const messages = [
      { role: 'user', content: '[blocked]' },
      { role: 'assistant', content: 'I cannot talk about that.' },
      { role: 'user', content: 'Then something else.' },
    ];
    const answer = await ask({ messages });
    expect(answer.choices[0].finish_reason).toBe('stop');
    expect(lastInput().messages.at(-1).content[0]).toEqual({
      guardContent: { text: { text: 'Then something else.' } },
    });
  });

  it('rejects a guardrail in the request', async () => {
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: CLAUDE, messages: HELLO, guardrailConfig: { guardrailIdentifier: 'mine' } },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'guardrailConfig', code: 'unsupported_parameter' } });
  });

  it('uses the requested service tier and reports it', async () => {
    const answer = await ask({ model: TIERED, service_tier: 'fast', performance_config: { latency: 'optimized' } });
    expect(answer.service_tier).toBe('priority');
    expect(lastInput()).toMatchObject({
      serviceTier: { type: 'priority' },
      performanceConfig: { latency: 'optimized' },
    });
    const stream = await ask({ model: TIERED, service_tier: 'flex', stream: true });
    const chunks: Loose[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.at(-1)).toMatchObject({ choices: [], service_tier: 'flex' });
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: CLAUDE, messages: HELLO, service_tier: 'flex' },
    });
    expect(response.headers.get('x-outcrop-adjusted')).toBe('service_tier=dropped');
  });

  it('writes the user of the request to Bedrock’s invocation logs', async () => {
    const metadata = { team: 'blue' };
    const answer = await ask({ user: 'ada', metadata });
    expect(lastInput().requestMetadata).toEqual({ api_key: 'test', user: 'ada', team: 'blue' });
    expect(answer.metadata).toEqual(metadata);
    await gateway.client.completions.create({ model: CLAUDE, prompt: 'Once' });
    expect(lastInput().requestMetadata).toEqual({ api_key: 'test' });
  });

  it('forwards the additional fields that the settings allow, and reports the others', async () => {
    const response = await gateway.send('/v1/chat/completions', {
      body: {
        model: TIERED,
        messages: HELLO,
        additionalModelRequestFields: { made_up: 1, other: 2 },
        field_of_next_year: true,
      },
    });
    expect(response.status).toBe(200);
    expect(lastInput().additionalModelRequestFields).toEqual({ made_up: 1 });
    const adjusted = response.headers.get('x-outcrop-adjusted')!.split(', ');
    expect(adjusted).toEqual(['field_of_next_year=unknown', 'additionalModelRequestFields=dropped']);
    const scrape = await (await gateway.send('/metrics')).text();
    expect(scrape).toContain('outcrop_adjusted_fields_total{field="unknown"} 1');
    await ask({ model: 'claude-haiku-4-5', anthropic_beta: ['interleaved-thinking-2025-05-14', 'made-up'] });
    expect(lastInput().additionalModelRequestFields.anthropic_beta).toEqual(['interleaved-thinking-2025-05-14']);
  });

  it('returns citations, plain and streamed', async () => {
    const citation = { title: 'Grass', location: { web: { url: 'https://example.com/grass', domain: 'example.com' } } };
    const output = {
      output: {
        message: {
          role: 'assistant',
          content: [{ citationsContent: { content: [{ text: 'Grass is green.' }], citations: [citation] } }],
        },
      },
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    };
    const events = [
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Grass is green.' } } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { citation } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } } },
    ];
    const url_citation = { start_index: 0, end_index: 15, title: 'Grass', url: 'https://example.com/grass' };
    gateway.emulator.script([{ output }, { events }] as never);
    const answer = await ask({});
    expect(answer.choices[0].message).toMatchObject({
      content: 'Grass is green.',
      annotations: [{ type: 'url_citation', url_citation }],
    });
    const deltas: Loose[] = [];
    for await (const chunk of await ask({ stream: true }))
      deltas.push(...chunk.choices.map(({ delta }: Loose) => delta));
    expect(deltas.flatMap(({ annotations }) => annotations ?? [])).toEqual([{ type: 'url_citation', url_citation }]);
  });
});

describe('a gateway that rejects unsupported parameters', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway('requests: { unsupportedFields: reject }');
  });
  afterAll(() => gateway.close());

  it.each([
    ['seed', { seed: 7 }],
    ['temperature', { model: 'claude-opus-4-8', temperature: 0.3 }],
    ['service_tier', { service_tier: 'flex' }],
    [
      'cache_control',
      {
        model: 'mistral-large-3',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }],
      },
    ],
    ['stream_options.include_obfuscation', { stream: true, stream_options: { include_obfuscation: true } }],
    ['field_of_next_year', { field_of_next_year: 1 }],
  ])('rejects %s', async (param, body) => {
    const response = await gateway.send('/v1/chat/completions', { body: { model: CLAUDE, messages: HELLO, ...body } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', param, code: 'unsupported_parameter' },
    });
    expect(gateway.emulator.requests).toHaveLength(0);
  });

  it('still clamps values to their range, and accepts fields that have no effect', async () => {
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: CLAUDE, messages: HELLO, temperature: 1.7, max_tokens: 9_000_000, seed: null, logprobs: false },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-outcrop-adjusted')).toMatch(/max_tokens=\d+, temperature=1/);
  });
});
