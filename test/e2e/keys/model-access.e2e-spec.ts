import fc from 'fast-check';
import type { RecordedRequest } from '../../../emulator/journal.ts';
import { ModelRegistryService } from '../../../src/models/model-registry.service.ts';
import type { Caller } from '../../../src/request/caller.ts';
import { becomeCaller, callerWithAccess } from '../../support/caller-access.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';
import {
  askEndpoint,
  chatOf,
  CONVERSE,
  messagesOf,
  MODEL_ENDPOINTS,
  responsesOf,
} from '../../support/model-endpoints.ts';

// Every kind of name of a model, on every endpoint, for each rule of a caller: no call reaches what the rule forbids.

const HAIKU = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const ACCOUNT = '111122223333';
const APPLICATION = `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/outcrophaiku`;

const SETTINGS = `
bedrock:
  accountId: "${ACCOUNT}"
  targets: [{region: us-east-1}, {region: eu-west-1}]
retry: {maxRetries: 0}
responses: {store: memory}
models:
  allowBedrockIds: all
  onUnknown: default
  default: fast
  aliases: {fast: claude-haiku-4-5, old: claude-3-haiku, billed: "${APPLICATION}", claude-best: nova-pro}
  custom: [{name: my-haiku, id: "${APPLICATION}", rulesOf: claude-haiku-4-5}]
  routes: [{model: nova-lite, fallbacks: [claude-3-haiku, fast, billed, my-haiku, "us.${HAIKU}"]}]
`;

/** Names by which Claude Haiku 4.5 would answer. The last two fail first, or are unknown. */
const NAMES: (string | undefined)[] = [
  'claude-haiku-4-5',
  'claude-haiku-4-5-20251001',
  'claude-haiku-4-5-thinking',
  'claude-haiku-4-5[1m]',
  'fast',
  'old',
  'billed',
  'my-haiku',
  'claude-3-haiku',
  HAIKU,
  `${HAIKU}-thinking`,
  `us.${HAIKU}`,
  `eu.${HAIKU}`,
  `global.${HAIKU}`,
  `arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`,
  `arn:aws:bedrock:eu-west-1:${ACCOUNT}:inference-profile/eu.${HAIKU}`,
  `arn:aws:bedrock:us-east-1:999999999999:inference-profile/us.${HAIKU}`,
  APPLICATION,
  undefined,
  'gpt-4o',
  'nova-lite',
];

const OWNER = "team 'search'";
/** The forbidden model by its complete ids. Bedrock knows no other text as the model. */
const FORBIDDEN = /claude-haiku-4-5-20251001-v1:0$|claude-3-haiku-20240307-v1:0$|outcrophaiku$/i;
const isHaiku = ({ modelId }: RecordedRequest) => FORBIDDEN.test(decodeURIComponent(modelId));
const regionOf = ({ headers }: RecordedRequest) =>
  /\/\d{8}\/([a-z0-9-]+)\/bedrock/.exec(headers['authorization'] ?? '')?.[1];

/** Statuses of requests that a rule may refuse: the model is forbidden, unknown, or none is named. */
const REFUSED = [400, 403, 404];

interface Rule {
  caller: Caller;
  /** Returns true for a call that the rule forbids. */
  forbids: (call: RecordedRequest) => boolean;
  /** Codes of refusals. */
  code: RegExp;
  blocks?: boolean;
}

const RULES: Record<string, Rule> = {
  'a list without the model': {
    caller: callerWithAccess({ lists: [{ owner: OWNER, models: ['nova-lite', 'claude-sonnet-*', 'claude-3-haiku'] }] }),
    forbids: isHaiku,
    code: /permission_denied|model_not_found|may not use|does not exist/,
  },
  'a catalog that blocks the model': {
    caller: callerWithAccess({}),
    forbids: isHaiku,
    code: /model_blocked|model_not_found|is blocked|does not exist/,
    blocks: true,
  },
  'a data policy of the European Union': {
    caller: callerWithAccess({ residency: [{ owner: OWNER, geographies: ['eu'] }] }),
    forbids: (call) => !regionOf(call)?.startsWith('eu-') || /(^|\/)(us|global)\.|application/.test(call.modelId),
    code: /residency_denied|model_not_found|data policy|does not exist/,
  },
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(SETTINGS);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function setEntries(isBlocked: boolean): void {
  const state = isBlocked ? 'blocked' : 'approved';
  const entries = ['claude-haiku-4-5', 'claude-3-haiku', APPLICATION, 'my-haiku'].map(
    (model) => ({ model, state }) as const,
  );
  gateway.app.get(ModelRegistryService, { strict: false }).update({ catalogEntries: isBlocked ? entries : undefined });
}

const ask = (to: string, body: object | undefined) => askEndpoint(gateway, to, { body });

describe.each(Object.entries(RULES))('%s', (_rule, { caller, forbids, code, blocks }) => {
  beforeAll(() => {
    becomeCaller(gateway, caller);
    setEntries(blocks === true);
  });
  afterAll(() => setEntries(false));

  it.each(MODEL_ENDPOINTS)('holds for every name on $endpoint', async ({ to, body }) => {
    for (const name of NAMES) {
      gateway.emulator.reset();
      // The fallback models of Nova Lite are names of the forbidden model.
      gateway.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'nova-lite' });
      const { status, text } = await ask(to(name), body?.(name));
      const forbidden = gateway.emulator.requests.filter(forbids).map((call) => [name, regionOf(call), call.modelId]);
      expect(forbidden).toEqual([]);
      if (gateway.emulator.requests.length > 0 || status === 200 || /embedding model|Missing required/.test(text))
        continue;
      expect([name, REFUSED.includes(status), code.test(text) ? 'its code' : text]).toEqual([name, true, 'its code']);
    }
  });

  it('holds for names that a client invents', async () => {
    const word = fc.constantFrom(...NAMES.map((name) => name ?? ''));
    const name = fc
      .tuple(
        word,
        fc.constantFrom('', ' ', '-thinking', '[1m]', '[1M]', '%2F', '/', ':24k', '\u0000', '.'),
        fc.boolean(),
      )
      .map(([text, suffix, isUpper]) => (isUpper ? text.toUpperCase() : text) + suffix);
    await fc.assert(
      fc.asyncProperty(name, fc.constantFrom(...MODEL_ENDPOINTS), async (text, { to, body }) => {
        gateway.emulator.reset();
        await ask(to(text), body?.(text));
        expect(gateway.emulator.requests.filter(forbids).map(({ modelId }) => modelId)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('decides what the lists contain', async () => {
    const list = (await (await gateway.send('/v1/models')).json()) as { data: { id: string; answered_by: string }[] };
    expect(list.data.length).toBeGreaterThan(0);
    const profiles = await (await gateway.send('/inference-profiles')).text();
    for (const { id } of list.data) {
      gateway.emulator.reset();
      await ask('/v1/chat/completions', chatOf(id));
      expect(gateway.emulator.requests.filter(forbids)).toEqual([]);
    }
    if (caller.access!.residency.length > 0) expect(profiles).not.toMatch(/"(us|global)\./);
    else expect(profiles).not.toContain('haiku-4-5');
  });
});

describe('encodings of Bedrock ids in the path', () => {
  beforeEach(() => becomeCaller(gateway, RULES['a list without the model']!.caller));

  it.each([
    `us%2E${HAIKU}`,
    `us.${HAIKU.replace('a', '%61')}`,
    encodeURIComponent(encodeURIComponent(`us.${HAIKU}`)),
    `us.${HAIKU}%5B1m%5D`,
    APPLICATION.replace('/', '%2f'),
    APPLICATION.replace('/', '%252F'),
    `${encodeURIComponent(APPLICATION)}%00`,
    `${HAIKU};x=1`,
    `..%2Fmodel%2Fus.${HAIKU}`,
  ])('reach no forbidden model: %s', async (id) => {
    for (const operation of ['converse', 'invoke', 'converse-stream', 'count-tokens']) {
      const response = await gateway.send(`/model/${id}/${operation}`, { body: CONVERSE });
      await response.text();
      expect([operation, response.status >= 400]).toEqual([operation, true]);
    }
    expect(gateway.emulator.requests).toEqual([]);
  });
});

describe('a caller that requires the exact model', () => {
  beforeEach(() => becomeCaller(gateway, callerWithAccess({ exactModel: OWNER })));

  it.each(MODEL_ENDPOINTS)('gets no other model on $endpoint', async ({ to, body }) => {
    gateway.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'nova-lite' });
    for (const name of ['claude-3-haiku', 'old', 'gpt-4o', 'nova-lite']) await ask(to(name), body?.(name));
    if (to(undefined).startsWith('/v1') && body !== undefined) await ask(to(undefined), body(undefined));
    expect(gateway.emulator.requests.filter((call) => !call.modelId.includes('nova-lite'))).toEqual([]);
  });

  it('learns why', async () => {
    const { status, text } = await ask('/v1/chat/completions', chatOf('claude-3-haiku'));
    expect([status, text]).toEqual([404, expect.stringContaining("the team 'search' requires the exact model")]);
    const unnamed = await ask('/v1/chat/completions', chatOf());
    expect([unnamed.status, unnamed.text]).toEqual([400, expect.stringContaining('`model` is required, because')]);
  });
});

describe('counting tokens under a data policy', () => {
  const canada = () => callerWithAccess({ residency: [{ owner: OWNER, geographies: ['us'], profiles: ['us'] }] });

  it('estimates instead of a call in a region that the policy forbids', async () => {
    const other = await startGateway('bedrock: {targets: [{region: ca-central-1}]}');
    becomeCaller(other, canada());
    const chatted = await other.send('/v1/messages', { body: messagesOf('claude-sonnet-4-6') });
    expect([chatted.status, other.emulator.requests.map(({ modelId }) => modelId)]).toEqual([
      200,
      ['us.anthropic.claude-sonnet-4-6'],
    ]);
    other.emulator.reset();
    for (const [to, body] of [
      ['/v1/messages/count_tokens', chatOf('claude-sonnet-4-6')],
      ['/v1/responses/input_tokens', responsesOf('claude-sonnet-4-6')],
    ] as const) {
      const counted = await other.send(to, { body });
      expect([counted.status, counted.headers.get('x-outcrop-adjusted')]).toEqual([200, 'input_tokens=estimated']);
    }
    const relayed = await other.send('/model/claude-sonnet-4-6/count-tokens', {
      body: { input: { converse: CONVERSE } },
    });
    expect([relayed.status, await relayed.text()]).toEqual([403, expect.stringContaining('CountTokens')]);
    expect(other.emulator.requests).toEqual([]);
    await other.close();
  });
});

describe('a model that the catalog deprecates', () => {
  it('answers with headers', async () => {
    becomeCaller(gateway, callerWithAccess({}));
    const registry = gateway.app.get(ModelRegistryService, { strict: false });
    registry.update({
      catalogEntries: [{ model: 'nova-pro', state: 'deprecated', end: '2099-01-31', successor: 'nova-lite' }],
    });
    for (const [to, body] of [
      ['/v1/chat/completions', chatOf('nova-pro')],
      ['/v1/messages', messagesOf('nova-pro')],
      ['/model/nova-pro/converse', CONVERSE],
    ] as const) {
      const { status, headers } = await gateway.send(to, { body });
      expect([status, headers.get('x-outcrop-model-state'), headers.get('sunset'), headers.get('link')]).toEqual([
        200,
        'deprecated',
        'Sat, 31 Jan 2099 00:00:00 GMT',
        '</v1/models/nova-lite>; rel="successor-version"',
      ]);
    }
    registry.update({ catalogEntries: undefined });
    expect(
      (await gateway.send('/v1/chat/completions', { body: chatOf('nova-pro') })).headers.get('x-outcrop-model-state'),
    ).toBeNull();
  });
});

describe('answers in the cache', () => {
  it('are not shared with a caller of other access', async () => {
    const shared = await startGateway('answerCache: {enabled: true, shared: true}');
    const body = { ...chatOf('nova-pro'), temperature: 0 };
    const askAs = async (caller: Caller) => {
      becomeCaller(shared, caller);
      const response = await shared.send('/v1/chat/completions', { body });
      return response.headers.get('x-outcrop-cache');
    };
    const us = { residency: [{ owner: OWNER, geographies: ['us'] }] };
    expect(await askAs({ name: 'a', id: 'a' })).toBe('miss');
    expect(await askAs({ name: 'b', id: 'b' })).toBe('hit');
    expect(await askAs(callerWithAccess(us))).toBe('miss');
    expect(await askAs(callerWithAccess(us, { id: 'another-key' }))).toBe('hit');
    expect(await askAs(callerWithAccess({ residency: [{ owner: OWNER, geographies: ['us', 'eu'] }] }))).toBe('miss');
    await shared.close();
  });
});
