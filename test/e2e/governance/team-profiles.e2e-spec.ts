import { bearerOf, type GovernedGateway, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import { until } from '../../support/gateway.ts';
import { askEndpoint, chatOf, codeOf, type EndpointAnswer, MODEL_ENDPOINTS } from '../../support/model-endpoints.ts';
import { recordRows } from '../ledger/recorded-rows.ts';

// Inference profiles of teams (aws.profileOverrides), which AWS bills with their tags.

const HAIKU = 'claude-haiku-4-5';
const HAIKU_ID = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const PROFILE = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/outcrophaiku';
const OPUS_PROFILE = 'arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/outcropopus';
const OTHER_PROFILE = 'arn:aws:bedrock:eu-west-1:444455556666:application-inference-profile/outcrophaiku';
const team = (name: string, profileOverrides: Record<string, string>, more: object = {}) => ({
  kind: 'Team',
  name,
  aws: { profileOverrides },
  ...more,
});

const DOCUMENTS = [
  team('search', { [HAIKU]: PROFILE, [HAIKU_ID]: PROFILE }),
  { kind: 'Team', name: 'child', parent: 'search' },
  team('europe', { [HAIKU]: PROFILE }, { dataPolicy: { geographies: ['us'] } }),
  team('listed', { [HAIKU]: PROFILE }, { dataPolicy: { geographies: ['us'], profiles: [PROFILE] } }),
  team('confused', { [HAIKU]: 'us.anthropic.claude-opus-4-8' }, { models: ['claude-haiku-*'] }),
  team('elsewhere', { [HAIKU]: OTHER_PROFILE }),
  team('opus', { 'claude-opus-4-8': OPUS_PROFILE, constructor: PROFILE }, { models: ['claude-haiku-*'] }),
  { kind: 'Team', name: 'plain' },
  ...['search', 'child', 'europe', 'listed', 'confused', 'elsewhere', 'opus', 'plain'].map((name) =>
    keyDocument(name, `sk-${name}`, { team: name }),
  ),
];

let gateway: GovernedGateway;
const open = async (settings = ''): Promise<void> => {
  gateway = await startGovernedGateway(`retry: {maxRetries: 0}\nresponses: {store: memory}\n${settings}`, DOCUMENTS);
};
afterEach(() => gateway.close());

const ask = (to: string, body: object | undefined, secret: string): Promise<EndpointAnswer> =>
  askEndpoint(gateway, to, { body, headers: bearerOf(secret) });
const chat = (secret: string, model = HAIKU) => ask('/v1/chat/completions', chatOf(model), secret);
const called = () => gateway.emulator.requests.map(({ modelId }) => modelId);

it('the profile of the team is called on every endpoint, and the line of the ledger names it', async () => {
  await open();
  const recorded = recordRows(gateway);
  const endpoints = MODEL_ENDPOINTS.filter(({ endpoint }) => !/embeddings|count|input_tokens|a model/.test(endpoint));
  for (const { endpoint, to, body } of endpoints) {
    gateway.emulator.reset();
    expect([endpoint, (await ask(to(HAIKU), body?.(HAIKU), 'sk-search')).status]).toEqual([endpoint, 200]);
    expect([endpoint, new Set(called())]).toEqual([endpoint, new Set([PROFILE])]);
  }
  await until(() => recorded.rows.length >= endpoints.length, 'the rows');
  const lines = recorded.rows.flatMap((row) => row.lines);
  expect(new Set(lines.map(({ model, profile }) => `${model} ${profile}`))).toEqual(new Set([`${HAIKU} ${PROFILE}`]));
});

it('holds for the id that the team names, for child teams, and for no other team', async () => {
  await open();
  for (const [secret, model] of [
    ['sk-search', HAIKU_ID],
    ['sk-child', HAIKU],
    ['sk-plain', HAIKU],
    ['sk-europe', HAIKU_ID],
  ] as const)
    expect([secret, (await chat(secret, model)).status]).toEqual([secret, 200]);
  expect(called()).toEqual([PROFILE, PROFILE, HAIKU_ID, HAIKU_ID]);
});

it('rules of access hold: lists of models, data policies, and the model of the profile', async () => {
  await open();
  // The geography of the profile is unknown without the discovery.
  expect(codeOf(await chat('sk-europe'))).toBe('residency_denied');
  expect((await chat('sk-listed')).status).toBe(200);
  // A profile of another model is not called.
  expect((await chat('sk-confused')).status).toBe(200);
  expect(called()).toEqual([PROFILE, HAIKU_ID]);
  // A profile gives no access to its model, and its ARN is no name that the team may use.
  expect(codeOf(await chat('sk-opus', 'claude-opus-4-8'))).toBe('permission_denied');
  expect((await chat('sk-opus', OPUS_PROFILE)).status).toBeGreaterThanOrEqual(403);
  expect((await chat('sk-opus', 'constructor')).status).toBe(404);
  expect(called()).toHaveLength(2);
});

it('only targets in the region and account of the profile use it; without one, the profile is the target', async () => {
  await open(`bedrock: {targets: [{region: us-west-2, weight: 1}, {region: us-east-1, weight: 1}]}`);
  for (let call = 0; call < 30; call += 1) expect((await chat('sk-search')).status).toBe(200);
  const regions = gateway.emulator.requests.map(
    ({ headers, modelId }) => `${/\/\d{8}\/([a-z0-9-]+)\//.exec(headers['authorization'] ?? '')?.[1]} ${modelId}`,
  );
  expect(new Set(regions)).toEqual(new Set([`us-west-2 ${HAIKU_ID}`, `us-east-1 ${PROFILE}`]));
  gateway.emulator.reset();
  expect((await chat('sk-elsewhere')).status).toBe(200);
  expect(called()).toEqual([OTHER_PROFILE]);
  expect(gateway.emulator.requests[0]!.headers['authorization']).toContain('/eu-west-1/');
});
