import { bearerOf, type GovernedGateway, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import {
  askEndpoint,
  chatOf,
  codeOf,
  type EndpointAnswer,
  MODEL_ENDPOINTS,
  responsesOf,
} from '../../support/model-endpoints.ts';

// A team of governance.files that may use one model: every way to name a model, on every endpoint.

const HAIKU = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const SONNET = 'anthropic.claude-sonnet-4-6';
const ACCOUNT = '111122223333';
const PROFILES = `arn:aws:bedrock:us-east-1:${ACCOUNT}:inference-profile`;
const OF_OTHER_TEAM = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/outcrophaiku`;

const SETTINGS = `
bedrock:
  accountId: "${ACCOUNT}"
  targets: [{region: us-east-1}, {region: eu-west-1}, {region: ap-northeast-1}]
retry: {maxRetries: 0}
responses: {store: memory}
models:
  allowBedrockIds: all
  default: claude-sonnet-4-6
  aliases: {fast: claude-haiku-4-5, claude-haiku-best: claude-sonnet-4-6, billed: "${OF_OTHER_TEAM}"}
  custom: [{name: my-haiku, id: "${OF_OTHER_TEAM}", rulesOf: claude-haiku-4-5}]
  routes: [{model: claude-haiku-4-5, fallbacks: [claude-sonnet-4-6, billed, my-haiku]}]
`;

/** Names of Claude Haiku 4.5. The last two are retired, and it answers for them. */
const ALLOWED: readonly string[] = [
  'claude-haiku-4-5',
  'claude-haiku-4-5-20251001',
  'claude-haiku-4-5-thinking',
  'fast',
  'fast-thinking',
  HAIKU,
  `${HAIKU}-thinking`,
  ...['us', 'eu', 'jp', 'global'].map((geography) => `${geography}.${HAIKU}`),
  ...['us', 'eu', 'jp', 'global'].map((geography) => `${PROFILES}/${geography}.${HAIKU}`),
  'claude-3-haiku',
  'anthropic.claude-3-haiku-20240307-v1:0',
];

/** The gateway allows this name. Bedrock answers it for models with on-demand throughput only. */
const FOUNDATION_MODEL = `arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`;

/** Names that exist but are not allowed. */
const FORBIDDEN: readonly string[] = [
  'claude-sonnet-4-6',
  'claude-sonnet-4-6-thinking',
  'claude-sonnet-4-6[1m]',
  'claude-haiku-best',
  'claude-haiku-best-thinking',
  'nova-lite',
  'titan-embed-text-v2',
  SONNET,
  `${SONNET}-thinking`,
  `${SONNET}[1m]`,
  ...['us', 'eu', 'jp', 'global'].map((geography) => `${geography}.${SONNET}`),
  ...['us', 'eu', 'jp', 'global'].map((geography) => `${PROFILES}/${geography}.${SONNET}`),
  `arn:aws:bedrock:us-east-1::foundation-model/${SONNET}`,
  OF_OTHER_TEAM,
  'billed',
  'my-haiku',
  'claude-3-5-sonnet',
  'anthropic.claude-haiku-9-v1:0',
  'claude.haiku-4-5',
];

/** Texts that name no model. Suffixes of other gateways, another case and encodings are no names. */
const UNKNOWN: readonly string[] = [
  'gpt-4o',
  'CLAUDE-HAIKU-4-5',
  'Claude-Sonnet-4-6',
  'claude-haiku-4-5:thinking',
  'claude-sonnet-4-6:thinking',
  'claude-sonnet-4-6-high',
  'claude-sonnet-4-6(high)',
  'bedrock/claude-sonnet-4-6',
  `${encodeURIComponent(`us.${SONNET}`)}%00`,
  'claude%2Dsonnet%2D4%2D6',
  'claude-haiku-4-5,claude-sonnet-4-6',
  'claude-haiku-4-5/../claude-sonnet-4-6',
  '*',
  'claude-*',
];

const KEY = 'sk-search';
const DOCUMENTS = [
  { kind: 'Team', name: 'search', models: ['claude-haiku-4-5'] },
  { kind: 'Team', name: 'all' },
  keyDocument('search-1', KEY, { team: 'search' }),
  { kind: 'Team', name: 'billed', models: [OF_OTHER_TEAM] },
  keyDocument('billed-1', 'sk-billed', { team: 'billed' }),
  keyDocument('all-1', 'sk-all', { team: 'all' }),
];

let gateway: GovernedGateway;
beforeAll(async () => {
  gateway = await startGovernedGateway(SETTINGS, DOCUMENTS);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

const ask = (to: string, body: object | undefined, key = KEY): Promise<EndpointAnswer> =>
  askEndpoint(gateway, to, { body, headers: bearerOf(key) });
const called = (): string[] => gateway.emulator.requests.map(({ modelId }) => decodeURIComponent(modelId));

/** Codes of a refusal: of OpenAI's form, of Anthropic's, of Bedrock's. */
const CODES: Readonly<Record<number, readonly string[]>> = {
  403: ['permission_denied', 'permission_error', 'AccessDeniedException'],
  404: ['model_not_found', 'not_found_error', 'ResourceNotFoundException'],
};

function expectRefusal(name: string | undefined, answer: EndpointAnswer, ...statuses: number[]): void {
  const { status } = answer;
  expect([name, statuses.includes(status) ? 'refused' : answer.text, called()]).toEqual([name, 'refused', []]);
  const codes = CODES[status] ?? [];
  expect([name, codes.includes(codeOf(answer) ?? '') ? 'its code' : answer.text]).toEqual([name, 'its code']);
}

describe.each(MODEL_ENDPOINTS)('a team with one model, on $endpoint', ({ endpoint, to, body }) => {
  const isListing = endpoint === 'a model';
  const isEmbedding = endpoint === 'embeddings';

  it('may use every name of this model', async () => {
    for (const name of ALLOWED) {
      gateway.emulator.reset();
      const answer = await ask(to(name), body?.(name));
      const expected = isEmbedding ? 400 : 200;
      expect([name, answer.status, answer.status === expected ? '' : answer.text]).toEqual([name, expected, '']);
      expect([name, called().filter((id) => !id.includes('claude-haiku-4-5'))]).toEqual([name, []]);
      if (!isListing && !isEmbedding && !endpoint.includes('tokens'))
        expect([name, called().length > 0]).toEqual([name, true]);
    }
    const { status, text } = await ask(to(FOUNDATION_MODEL), body?.(FOUNDATION_MODEL));
    expect(status === 200 ? '' : text).toMatch(/^$|on-demand throughput|embedding/);
  });

  it('may use no other model', async () => {
    for (const name of FORBIDDEN) expectRefusal(name, await ask(to(name), body?.(name)), isListing ? 404 : 403);
    for (const name of UNKNOWN) expectRefusal(name, await ask(to(name), body?.(name)), 404);
    for (const id of [HAIKU, SONNET, `us.${SONNET}`].map((name) => name.toUpperCase()))
      expectRefusal(id, await ask(to(id), body?.(id)), 403, 404);
  });

  it('may not use the default model', async () => {
    if (body === undefined || !to(undefined).startsWith('/v1')) return;
    for (const name of [undefined, null] as const) {
      const answer = await ask(to(undefined), { ...body(undefined), model: name });
      if (isEmbedding) expect([answer.status, called()]).toEqual([400, []]);
      else expectRefusal(String(name), answer, 403);
    }
  });

  it('gets no fallback model that it may not use', async () => {
    if (isListing || isEmbedding) return;
    gateway.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'claude-haiku' });
    await ask(to('claude-haiku-4-5'), body?.('claude-haiku-4-5'));
    expect(called().filter((id) => !id.includes('claude-haiku-4-5'))).toEqual([]);
  });
});

describe('a team with one model', () => {
  it('sees only names of this model in the lists', async () => {
    const { text } = await ask('/v1/models', undefined);
    const { data } = JSON.parse(text) as { data: { id: string; answered_by: string }[] };
    expect(data.length).toBeGreaterThan(3);
    expect(data.filter(({ answered_by }) => answered_by !== 'claude-haiku-4-5')).toEqual([]);
    expect((await ask('/inference-profiles', undefined)).text).not.toMatch(/sonnet|nova|outcrophaiku/);
    const me = JSON.parse((await ask('/v1/me', undefined)).text) as { models: string[] };
    expect(me.models.toSorted()).toEqual(data.map(({ id }) => id).toSorted());
  });

  it('may not continue a response with another model, and not with its own after the list has changed', async () => {
    const first = JSON.parse((await ask('/v1/responses', responsesOf('fast'))).text) as { id: string };
    gateway.emulator.reset();
    for (const more of [{}, { stream: true }, { background: true }]) {
      const next = { ...responsesOf('claude-sonnet-4-6'), previous_response_id: first.id, ...more };
      expectRefusal('claude-sonnet-4-6', await ask('/v1/responses', next), 403);
      const byDefault = { ...responsesOf(undefined), previous_response_id: first.id, ...more };
      expectRefusal('the default', await ask('/v1/responses', byDefault), 403);
    }
    const again = { ...responsesOf('fast'), previous_response_id: first.id };
    expect((await ask('/v1/responses', again)).status).toBe(200);
    gateway.write([{ kind: 'Team', name: 'search', models: ['nova-lite'] }, ...DOCUMENTS.slice(1)]);
    const until = Date.now() + 8_000;
    while ((await ask('/v1/chat/completions', chatOf('fast'))).status !== 403 && Date.now() < until) continue;
    gateway.emulator.reset();
    expectRefusal('fast', await ask('/v1/responses', again), 403);
    gateway.write(DOCUMENTS);
    while ((await ask('/v1/chat/completions', chatOf('fast'))).status !== 200 && Date.now() < until) continue;
  });

  it('names its list in the refusal', async () => {
    const { text } = await ask('/v1/chat/completions', chatOf('claude-haiku-best'));
    expect(JSON.parse(text)).toMatchObject({
      error: {
        code: 'permission_denied',
        param: 'model',
        message: expect.stringContaining("The team 'search'") as string,
      },
    });
  });

  it('may use an application profile whose ARN its list has, by this ARN and by no other name', async () => {
    const key = 'sk-billed';
    for (const name of [OF_OTHER_TEAM, 'billed', 'my-haiku'])
      expect([name, (await ask('/v1/chat/completions', chatOf(name), key)).status]).toEqual([name, 200]);
    expect(new Set(called())).toEqual(new Set([OF_OTHER_TEAM]));
    gateway.emulator.reset();
    for (const name of ['claude-haiku-4-5', `us.${HAIKU}`, OF_OTHER_TEAM.replace('outcrophaiku', 'outcropnova')])
      expectRefusal(name, await ask('/v1/chat/completions', chatOf(name), key), 403);
  });

  it('does not restrict another team', async () => {
    for (const name of ['claude-sonnet-4-6', 'nova-lite', 'fast'])
      expect((await ask('/v1/chat/completions', chatOf(name), 'sk-all')).status).toBe(200);
    expect((await ask('/v1/chat/completions', chatOf(undefined), 'sk-all')).status).toBe(200);
  });
});
