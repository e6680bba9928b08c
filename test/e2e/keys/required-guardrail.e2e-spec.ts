import type { RecordedRequest } from '../../../emulator/journal.ts';
import { becomeCaller, callerWithAccess } from '../../support/caller-access.ts';
import { startRecordingUpstream } from '../../support/recording-upstream.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

// A guardrail of the team, on every endpoint: each call has it, and no request replaces, weakens or disables it.

const OWNER = "team 'search'";
const ID = 'teamguardrail1';
const VERSION = '7';
const GUARDRAIL = { owner: OWNER, id: ID, version: VERSION };

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 16, messages: MESSAGES };
const CLAUDE = 'claude-haiku-4-5';
const chat = { model: CLAUDE, messages: MESSAGES };

/** Endpoints of the APIs of OpenAI and Anthropic, which read `guardrailConfig`. */
const TRANSLATED: [name: string, path: string, body: object][] = [
  ['chat', '/v1/chat/completions', chat],
  ['chat, streamed', '/v1/chat/completions', { ...chat, stream: true }],
  ['chat with two choices', '/v1/chat/completions', { ...chat, n: 2 }],
  ['completions', '/v1/completions', { model: CLAUDE, prompt: 'Hello' }],
  ['responses', '/v1/responses', { model: CLAUDE, input: 'Hello' }],
  ['responses, streamed', '/v1/responses', { model: CLAUDE, input: 'Hello', stream: true }],
  ['responses compact', '/v1/responses/compact', { model: CLAUDE, input: 'Hello' }],
  ['messages to Claude', '/v1/messages', { ...chat, max_tokens: 16 }],
  ['messages to Claude, streamed', '/v1/messages', { ...chat, max_tokens: 16, stream: true }],
  ['messages to Nova', '/v1/messages', { ...chat, model: 'nova-pro', max_tokens: 16 }],
];
const RELAYED: [name: string, path: string, body: object][] = [
  ['converse', `/model/${CLAUDE}/converse`, CONVERSE],
  ['converse-stream', `/model/${CLAUDE}/converse-stream`, CONVERSE],
  ['invoke', `/model/${CLAUDE}/invoke`, INVOKE],
  ['invoke-with-response-stream', `/model/${CLAUDE}/invoke-with-response-stream`, INVOKE],
];

/** Returns the guardrail of a call, from its header or its body. */
function guardrailOf({ headers, body }: RecordedRequest): unknown[] {
  const { guardrailConfig: config } = Object(body) as { guardrailConfig?: Record<string, unknown> };
  return config === undefined
    ? [headers['x-amzn-bedrock-guardrailidentifier'], headers['x-amzn-bedrock-guardrailversion']]
    : [config['guardrailIdentifier'], config['guardrailVersion']];
}

describe.each([
  ['no guardrail', ''],
  ['another guardrail', 'guardrail: {id: defaultguard, version: "1"}'],
  [
    'a guardrail that requests may choose',
    'guardrail: {id: defaultguard, version: "1", allowRequestGuardrail: true}\nmodels: {allowBedrockIds: configured}',
  ],
])('a guardrail of the team on a gateway with %s', (_settings, settings) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(`retry: {maxRetries: 0}\n${settings}`);
    becomeCaller(gateway, callerWithAccess({ guardrail: GUARDRAIL }));
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  const ask = async (to: string, body: object, headers?: Record<string, string>) => {
    const response = await gateway.send(to, { body, headers });
    return { status: response.status, text: await response.text() };
  };
  const guardrails = () => gateway.emulator.requests.map(guardrailOf);

  it.each([...TRANSLATED, ...RELAYED])('applies to %s', async (_name, to, body) => {
    expect((await ask(to, body)).status).toBe(200);
    expect(guardrails().length).toBeGreaterThan(0);
    expect(guardrails().filter(([id, version]) => id !== ID || version !== VERSION)).toEqual([]);
  });

  it.each(TRANSLATED)('is accepted, and no other one, in the body of %s', async (_name, to, body) => {
    for (const field of ['guardrailConfig', 'guardrail_config']) {
      const same = { guardrailIdentifier: ID, guardrailVersion: VERSION };
      expect((await ask(to, { ...body, [field]: same })).status).toBe(200);
      expect(guardrails().filter(([id, version]) => id !== ID || version !== VERSION)).toEqual([]);
      gateway.emulator.reset();
      const others = [
        { guardrailIdentifier: 'mine', guardrailVersion: VERSION },
        { guardrailIdentifier: ID, guardrailVersion: 'DRAFT' },
        { guardrailVersion: '1' },
        { ...same, streamProcessingMode: 'async' },
      ];
      for (const other of others) {
        const { status, text } = await ask(to, { ...body, [field]: other });
        expect([other, status, text]).toEqual([other, 403, expect.stringContaining("The team 'search' requires")]);
      }
      expect(gateway.emulator.requests).toEqual([]);
    }
  });

  it.each(RELAYED)('is accepted, and no other one, in the headers of %s', async (name, to, body) => {
    const header = (id: string, version: string) => ({
      'X-Amzn-Bedrock-GuardrailIdentifier': id,
      'X-Amzn-Bedrock-GuardrailVersion': version,
    });
    if (name.startsWith('invoke')) expect((await ask(to, body, header(ID, VERSION))).status).toBe(200);
    gateway.emulator.reset();
    for (const headers of [
      header('mine', VERSION),
      header(ID, 'DRAFT'),
      { 'x-amzn-bedrock-guardrailidentifier': '' },
      { 'x-amzn-bedrock-guardrail-new': 'off' },
    ]) {
      const { status, text } = await ask(to, body, headers as Record<string, string>);
      expect([headers, status, text]).toEqual([headers, 403, expect.stringContaining("The team 'search' requires")]);
    }
    expect(gateway.emulator.requests).toEqual([]);
  });

  it.each(RELAYED)('is not disabled by the body of %s', async (_name, to, body) => {
    const guarded = { role: 'user', content: [{ guardContent: { text: { text: 'checked' } } }, { text: 'free' }] };
    const texts = [
      JSON.stringify({ ...body, 'amazon-bedrock-guardrailConfig': { tagSuffix: 'x' } }),
      JSON.stringify({ ...body, messages: [guarded] }),
      JSON.stringify({ ...body, messages: [guarded] }).replace('guardContent', String.raw`\u0067uardContent`),
      JSON.stringify({ ...body, additionalModelRequestFields: { 'amazon-bedrock-guardrailConfig': {} } }),
    ];
    for (const text of texts) {
      const response = await gateway.send(to, { body: text });
      expect([text, response.status]).toEqual([text, 403]);
      await response.text();
    }
    expect(gateway.emulator.requests).toEqual([]);
  });

  it.each(RELAYED.slice(0, 2))('replaces none in the body of %s', async (_name, to, body) => {
    for (const other of [{ guardrailIdentifier: 'mine', guardrailVersion: '1' }, { guardrailVersion: 'DRAFT' }]) {
      const plain = JSON.stringify({ ...body, guardrailConfig: other });
      for (const text of [plain, plain.replace('guardrailConfig', String.raw`guardrail\u0043onfig`)]) {
        const response = await gateway.send(to, { body: text });
        expect([response.status, await response.text()]).toEqual([
          403,
          expect.stringContaining('requires the guardrail'),
        ]);
      }
    }
    expect(gateway.emulator.requests).toEqual([]);
    for (const config of [null, {}, 'off', [], { trace: 'enabled' }]) {
      gateway.emulator.reset();
      await ask(to, { ...body, guardrailConfig: config });
      expect(guardrails()).toEqual([[ID, VERSION]]);
    }
  });

  it('is the one of moderations', async () => {
    const upstream = await startRecordingUpstream();
    const recorded = await startGateway(`retry: {maxRetries: 0}\n${settings}`, upstream.url);
    becomeCaller(recorded, callerWithAccess({ guardrail: GUARDRAIL }));
    await recorded.send('/v1/moderations', { body: { input: 'Hello' } });
    expect(upstream.paths).toEqual([`/guardrail/${ID}/version/${VERSION}/apply`]);
    await recorded.close();
    await upstream.close();
  });

  it('does not apply to embeddings and counts of tokens, which have none', async () => {
    expect((await ask('/v1/embeddings', { model: 'titan-embed-text-v2', input: 'Hello' })).status).toBe(200);
    expect((await ask('/v1/messages/count_tokens', { ...chat, model: 'claude-sonnet-4-6' })).status).toBe(200);
    expect(guardrails().flat().filter(Boolean)).toEqual([]);
  });

  it('has an error code', async () => {
    const { text } = await ask('/v1/chat/completions', { ...chat, guardrailConfig: { guardrailIdentifier: 'mine' } });
    expect(JSON.parse(text)).toMatchObject({
      error: { code: 'guardrail_required', param: 'guardrailConfig.guardrailIdentifier', type: 'permission_error' },
    });
  });
});

describe('a data policy without the region of the gateway', () => {
  it('rejects moderations', async () => {
    const gateway = await startGateway('guardrail: {id: defaultguard, version: "1"}');
    const statusFor = async (rule: object) => {
      becomeCaller(gateway, callerWithAccess({ residency: [{ owner: OWNER, ...rule }] }));
      const response = await gateway.send('/v1/moderations', { body: { input: 'Hello' } });
      const { error } = (await response.json()) as { error?: { code: string; message: string } };
      return [response.status, error?.code];
    };
    expect(await statusFor({ geographies: ['eu'] })).toEqual([403, 'residency_denied']);
    expect(await statusFor({ profiles: ['eu'] })).toEqual([403, 'residency_denied']);
    expect(await statusFor({ accounts: ['shared'] })).toEqual([403, 'residency_denied']);
    expect(gateway.emulator.requests).toEqual([]);
    expect(await statusFor({ geographies: ['us'], profiles: ['us'], accounts: ['own'] })).toEqual([200, undefined]);
    expect(await statusFor({ geographies: ['us-east-1'] })).toEqual([200, undefined]);
    await gateway.close();
  });
});
