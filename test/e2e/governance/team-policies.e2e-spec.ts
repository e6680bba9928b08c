import type { RecordedRequest } from '../../../emulator/journal.ts';
import { bearerOf, type GovernedGateway, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import {
  askEndpoint,
  chatOf,
  codeOf,
  type EndpointAnswer,
  messagesOf,
  MODEL_ENDPOINTS,
  responsesOf,
} from '../../support/model-endpoints.ts';

// Catalog, data policy, exact models and guardrail of documents in governance.files, on every endpoint.

const HAIKU = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const KEY = 'sk-search';

let gateway: GovernedGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

const ask = (to: string, body?: object, key = KEY, headers: Record<string, string> = {}): Promise<EndpointAnswer> =>
  askEndpoint(gateway!, to, { body, headers: bearerOf(key, headers) });
const chat = (model?: string, key?: string): Promise<EndpointAnswer> => ask('/v1/chat/completions', chatOf(model), key);
const calls = (): readonly RecordedRequest[] => gateway!.emulator.requests;
const called = (): string[] => calls().map(({ modelId }) => decodeURIComponent(modelId));
const regionOf = ({ headers }: RecordedRequest) => /\/\d{8}\/([a-z0-9-]+)\//.exec(headers['authorization'] ?? '')?.[1];

/** Codes of 403 in the form of each API. */
const forms = (code: string): readonly string[] => [code, 'permission_error', 'AccessDeniedException'];

async function expectRefusals(name: string, code: string, text: RegExp): Promise<void> {
  for (const { endpoint, to, body } of MODEL_ENDPOINTS) {
    const answer = await ask(to(name), body?.(name));
    const isListing = body === undefined;
    expect([endpoint, name, answer.status]).toEqual([endpoint, name, isListing ? 404 : 403]);
    if (isListing) continue;
    expect([endpoint, forms(code)]).toEqual([endpoint, expect.arrayContaining([codeOf(answer)])]);
    expect([endpoint, answer.text]).toEqual([endpoint, expect.stringMatching(text)]);
  }
  expect(called()).toEqual([]);
}

describe('catalog.enforce', () => {
  const entry = (model: string, state: string, more: object = {}) => ({ kind: 'CatalogEntry', model, state, ...more });
  const CATALOG = [
    entry('claude-haiku-4-5', 'approved'),
    entry('claude-sonnet-4-6', 'deprecated', { end: '2099-01-31', successor: 'claude-haiku-4-5' }),
    entry('nova-lite', 'blocked', { successor: 'claude-haiku-4-5' }),
    entry('nova-micro', 'approved', { end: '2020-01-01' }),
    entry('nova-pro', 'preview'),
    entry('claude-opus-4-6', 'approved', { teams: ['research'] }),
    { kind: 'Team', name: 'search', models: ['claude-*', 'nova-*', 'titan-*'] },
    { kind: 'Team', name: 'research', models: ['claude-*', 'nova-pro'] },
    keyDocument('search-1', KEY, { team: 'search' }),
    keyDocument('research-1', 'sk-research', { team: 'research' }),
    keyDocument('research-2', 'sk-pattern', { team: 'research', models: ['nova-*'] }),
    keyDocument('alone', 'sk-alone'),
  ];
  const SETTINGS = `
catalog: {enforce: true}
retry: {maxRetries: 0}
models:
  allowBedrockIds: all
  default: nova-lite
  onUnknown: default
  routes: [{model: claude-haiku-4-5, fallbacks: [nova-lite, nova-pro, nova-micro, mistral-large-3]}]
`;
  const open = async (): Promise<void> => {
    gateway = await startGovernedGateway(SETTINGS, CATALOG);
  };

  it('lets patterns of lists match approved and deprecated models only', async () => {
    await open();
    for (const name of ['claude-haiku-4-5', `us.${HAIKU}`, 'claude-3-haiku', 'claude-sonnet-4-6'])
      expect([name, (await chat(name)).status]).toEqual([name, 200]);
    const deprecated = await chat('us.anthropic.claude-sonnet-4-6');
    expect([deprecated.status, deprecated.headers.get('x-outcrop-model-state')]).toEqual([200, 'deprecated']);
    gateway!.emulator.reset();
    await expectRefusals('nova-lite', 'model_blocked', /is blocked in the catalog.*Use `claude-haiku-4-5`/);
    await expectRefusals('us.amazon.nova-lite-v1:0', 'model_blocked', /is blocked/);
    await expectRefusals('nova-micro', 'model_blocked', /end: 2020-01-01/);
    await expectRefusals('nova-pro', 'permission_denied', /in preview/);
    await expectRefusals('claude-opus-4-6', 'permission_denied', /other teams/);
    // A model without an entry, by name, by id, and one that the gateway does not know.
    for (const name of ['claude-opus-4-5', 'titan-embed-text-v2', 'us.anthropic.claude-opus-4-5-20251101-v1:0'])
      await expectRefusals(name, 'model_blocked', /has no entry in the catalog/);
    await expectRefusals('anthropic.claude-haiku-9-v1:0', 'permission_denied', /may not use/);
  });

  it('lets a model in preview answer only if all lists of the caller name it', async () => {
    await open();
    expect((await chat('nova-pro', 'sk-research')).status).toBe(200);
    expect((await chat('us.amazon.nova-pro-v1:0', 'sk-research')).status).toBe(200);
    expect(codeOf(await chat('nova-pro', 'sk-pattern'))).toBe('permission_denied');
    expect(codeOf(await chat('nova-pro', 'sk-alone'))).toBe('permission_denied');
    expect((await chat('claude-opus-4-6', 'sk-research')).status).toBe(200);
    expect(codeOf(await chat('claude-opus-4-6', 'sk-alone'))).toBe('permission_denied');
    expect((await chat('claude-haiku-4-5', 'sk-alone')).status).toBe(200);
  });

  it('decides about fallbacks, the default and unknown names', async () => {
    await open();
    gateway!.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'claude-haiku' });
    await chat('claude-haiku-4-5');
    await chat('claude-haiku-4-5', 'sk-research');
    expect(called().filter((id) => !/claude-haiku|nova-pro/.test(id))).toEqual([]);
    gateway!.emulator.reset();
    for (const name of [undefined, 'gpt-4o']) expect(codeOf(await chat(name))).toBe('model_blocked');
    expect(called()).toEqual([]);
  });
});

describe('dataPolicy', () => {
  const policy = (dataPolicy: object) => [
    { kind: 'Team', name: 'search', dataPolicy },
    { kind: 'Application', name: 'shop', team: 'search', dataPolicy: { geographies: ['eu', 'us', 'global'] } },
    keyDocument('search-1', KEY, { team: 'search' }),
    keyDocument('shop-1', 'sk-shop', { application: 'shop' }),
  ];
  const open = async (dataPolicy: object, settings: string): Promise<void> => {
    gateway = await startGovernedGateway(`retry: {maxRetries: 0}\n${settings}`, policy(dataPolicy));
  };
  const WORLD = `
bedrock: {region: eu-west-1, profilePreference: global, targets: [{region: us-east-1}, {region: eu-west-1}]}
models: {allowBedrockIds: all, default: claude-haiku-4-5, routes: [{model: nova-lite, fallbacks: [claude-haiku-4-5]}]}
`;

  it.each(MODEL_ENDPOINTS)('selects the profile of the geography instead of global on $endpoint', async (row) => {
    const { endpoint, to, body } = row;
    await open({ geographies: ['eu'] }, WORLD);
    const model = endpoint === 'embeddings' ? 'titan-embed-text-v2' : 'claude-sonnet-4-6';
    const { status } = await ask(to(model), body?.(model));
    expect(status).toBe(200);
    const places = calls().map((call) => [regionOf(call), decodeURIComponent(call.modelId).split('.')[0]]);
    const expected = endpoint === 'embeddings' ? 'amazon' : /tokens/.test(endpoint) ? 'anthropic' : 'eu';
    expect(places.filter(([region, profile]) => region !== 'eu-west-1' || profile !== expected)).toEqual([]);
    if (body !== undefined && !/tokens/.test(endpoint)) expect(places.length).toBeGreaterThan(0);
  });

  it('keeps the preference where the policy allows it', async () => {
    await open({ geographies: ['eu', 'global'] }, WORLD);
    expect((await chat('claude-haiku-4-5')).status).toBe(200);
    expect(called()).toEqual([`global.${HAIKU}`]);
    gateway!.emulator.reset();
    // The policies of team and application both apply.
    expect((await chat('claude-haiku-4-5', 'sk-shop')).status).toBe(200);
    expect(called()).toEqual([`global.${HAIKU}`]);
  });

  it('refuses names whose data would go elsewhere, and names the rule', async () => {
    await open({ geographies: ['jp'] }, WORLD);
    await expectRefusals('claude-haiku-4-5', 'residency_denied', /team 'search' \(geographies: jp\)/);
    await expectRefusals(`global.${HAIKU}`, 'residency_denied', /geographies: jp/);
    const moderated = await ask('/v1/moderations', { input: 'Hello' });
    expect(moderated.status).toBeGreaterThanOrEqual(400);
    expect(JSON.parse((await ask('/v1/models')).text)).toMatchObject({ data: [] });
    expect(called()).toEqual([]);
  });

  it.each([
    ['global', { geographies: ['eu'] }, `global.${HAIKU}`],
    ['a profile of another geography', { geographies: ['eu'] }, `us.${HAIKU}`],
    ['a profile that is not listed', { profiles: [`eu.${HAIKU}`] }, `us.${HAIKU}`],
    [
      'an ARN of another account',
      { accounts: ['own'] },
      `arn:aws:bedrock:eu-west-1:999999999999:inference-profile/eu.${HAIKU}`,
    ],
    ['an account that is not listed', { accounts: ['other'] }, `eu.${HAIKU}`],
  ])('refuses %s in the id of a client', async (_case, dataPolicy, name) => {
    await open(dataPolicy, WORLD);
    await expectRefusals(name, 'residency_denied', new RegExp(Object.keys(dataPolicy)[0]!));
  });

  it('applies to fallback models', async () => {
    await open({ geographies: ['eu'] }, WORLD);
    gateway!.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'nova-lite' });
    expect((await chat('nova-lite')).status).toBe(200);
    expect(called()).toEqual(['eu.amazon.nova-lite-v1:0', `eu.${HAIKU}`]);
  });
});

describe('modelChange: exact', () => {
  it.each(MODEL_ENDPOINTS)('lets no other model answer on $endpoint', async ({ to, body }) => {
    gateway = await startGovernedGateway(
      `retry: {maxRetries: 0}
models: {default: claude-haiku-4-5, onUnknown: default, aliases: {old: claude-3-haiku}, routes: [{model: nova-lite, fallbacks: [nova-pro]}]}`,
      [{ kind: 'Team', name: 'search', modelChange: 'exact' }, keyDocument('search-1', KEY, { team: 'search' })],
    );
    gateway.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'nova-lite' });
    for (const name of ['claude-3-haiku', 'old', 'gpt-4o', 'nova-lite']) {
      const { status } = await ask(to(name), body?.(name));
      if (name !== 'nova-lite') expect([name, status]).toEqual([name, 404]);
    }
    if (body !== undefined && to(undefined).startsWith('/v1'))
      expect((await ask(to(undefined), body(undefined))).status).toBe(400);
    expect(called().filter((id) => !id.includes('nova-lite'))).toEqual([]);
  });
});

describe('guardrail of a team', () => {
  const GUARDRAIL = { id: 'teamguardrail1', version: '7' };
  const guardrailOf = ({ headers, body }: RecordedRequest): unknown[] => {
    const { guardrailConfig: config } = Object(body) as { guardrailConfig?: Record<string, unknown> };
    return config === undefined
      ? [headers['x-amzn-bedrock-guardrailidentifier'], headers['x-amzn-bedrock-guardrailversion']]
      : [config['guardrailIdentifier'], config['guardrailVersion']];
  };

  it.each(MODEL_ENDPOINTS)('is on each call, and no request replaces or removes it, on $endpoint', async (row) => {
    const { endpoint, to, body } = row;
    if (body === undefined || /tokens|embeddings/.test(endpoint)) return;
    gateway = await startGovernedGateway(
      'guardrail: {id: defaultguard, version: "1", allowRequestGuardrail: true}\nmodels: {allowBedrockIds: all}',
      [
        { kind: 'Team', name: 'search', guardrail: GUARDRAIL },
        { kind: 'Team', name: 'child', parent: 'search' },
        keyDocument('search-1', KEY, { team: 'search' }),
        keyDocument('child-1', 'sk-child', { team: 'child' }),
      ],
    );
    const isRelayed = to('x').startsWith('/model/');
    for (const key of [KEY, 'sk-child']) {
      expect((await ask(to('claude-haiku-4-5'), body('claude-haiku-4-5'), key)).status).toBe(200);
      const found = calls().map(guardrailOf);
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter(([id, version]) => id !== GUARDRAIL.id || version !== GUARDRAIL.version)).toEqual([]);
      gateway.emulator.reset();
      const other = { guardrailIdentifier: 'mine', guardrailVersion: '1' };
      const attempts: [object, Record<string, string>][] = [
        [endpoint.startsWith('invoke') ? { 'amazon-bedrock-guardrailConfig': {} } : { guardrailConfig: other }, {}],
      ];
      if (isRelayed)
        attempts.push([{}, { 'X-Amzn-Bedrock-GuardrailIdentifier': 'mine', 'X-Amzn-Bedrock-GuardrailVersion': '1' }]);
      for (const [more, headers] of attempts) {
        const answer = await ask(to('claude-haiku-4-5'), { ...body('claude-haiku-4-5'), ...more }, key, headers);
        if (endpoint.endsWith('background')) {
          const { status, error } = JSON.parse(answer.text) as { status: string; error: { message: string } };
          expect([status, error.message]).toEqual(['failed', expect.stringContaining('requires the guardrail')]);
          continue;
        }
        expect([answer.status, forms('guardrail_required')]).toEqual([403, expect.arrayContaining([codeOf(answer)])]);
      }
      expect(called()).toEqual([]);
    }
  });

  it('is on calls that continue a response, and of a fallback model', async () => {
    gateway = await startGovernedGateway(
      'responses: {store: memory}\nretry: {maxRetries: 0}\nmodels: {routes: [{model: nova-lite, fallbacks: [nova-pro]}]}',
      [{ kind: 'Team', name: 'search', guardrail: GUARDRAIL }, keyDocument('search-1', KEY, { team: 'search' })],
    );
    const first = JSON.parse((await ask('/v1/responses', responsesOf('nova-pro'))).text) as { id: string };
    await ask('/v1/responses', { ...responsesOf('nova-pro'), previous_response_id: first.id });
    gateway.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'nova-lite' });
    expect((await ask('/v1/messages', messagesOf('nova-lite'))).status).toBe(200);
    expect(calls().map(guardrailOf)).toEqual(Array.from({ length: 4 }, () => [GUARDRAIL.id, GUARDRAIL.version]));
  });
});
