import { describe, expect, it } from '@jest/globals';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Caller, ModelAccess, ResidencyRule } from '../../request/caller.ts';
import { type Account, buildAccount } from '../account/account.ts';
import { ModelRegistryService } from '../model-registry.service.ts';
import type { CatalogEntry } from '../types/catalog-entry.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const HAIKU_ID = 'anthropic.claude-haiku-4-5-20251001-v1:0';
const ACCOUNT = '123456789012';
const profileArn = (region: string, id: string) => `arn:aws:bedrock:${region}:${ACCOUNT}:inference-profile/${id}`;
const applicationArn = (id: string) => `arn:aws:bedrock:us-east-1:${ACCOUNT}:application-inference-profile/${id}`;
const modelArn = (region: string, id: string) => `arn:aws:bedrock:${region}::foundation-model/${id}`;

/** Every kind of name of claude-haiku-4-5. */
const HAIKU_NAMES = [
  'claude-haiku-4-5',
  'claude-haiku-4-5-thinking',
  'claude-haiku-4-5[1m]',
  'claude-haiku-4-5-thinking[1M]',
  'claude-haiku-4-5-20251001',
  'fast',
  'fast-thinking',
  HAIKU_ID,
  `${HAIKU_ID}-thinking`,
  `${HAIKU_ID}[1m]`,
  `us.${HAIKU_ID}`,
  `eu.${HAIKU_ID}`,
  `global.${HAIKU_ID}`,
  `us.${HAIKU_ID}-thinking`,
  modelArn('us-east-1', HAIKU_ID),
  profileArn('us-east-1', `us.${HAIKU_ID}`),
  'arn:aws:bedrock:us-east-1:999999999999:inference-profile/global.anthropic.claude-haiku-4-5-20251001-v1:0',
  // Its successor is claude-haiku-4-5.
  'claude-3-haiku',
  'anthropic.claude-3-haiku-20240307-v1:0',
  'old',
];
/** Names whose model is claude-haiku-4-5, but that only an own entry allows. */
const HAIKU_APPLICATIONS = [applicationArn('haiku'), `${applicationArn('haiku')}-thinking`, 'billed', 'my-haiku'];

const ACCOUNT_LISTING: Account = buildAccount(
  {
    region: 'us-east-1',
    models: [],
    profiles: [
      {
        kind: 'system',
        id: `us.${HAIKU_ID}`,
        arn: profileArn('us-east-1', `us.${HAIKU_ID}`),
        modelArns: [modelArn('us-east-1', HAIKU_ID), modelArn('us-west-2', HAIKU_ID)],
      },
      {
        kind: 'application',
        id: 'haiku',
        arn: applicationArn('haiku'),
        modelArns: [modelArn('us-east-1', HAIKU_ID), modelArn('us-west-2', HAIKU_ID)],
      },
    ],
  },
  NOW,
);

interface Given {
  entries?: CatalogEntry[];
  enforce?: boolean;
  bedrock?: Partial<GatewayConfig['bedrock']>;
  models?: Partial<GatewayConfig['models']>;
  now?: Date;
}

function registry({ entries, enforce = false, bedrock, models, now = NOW }: Given = {}): ModelRegistryService {
  const config = new GatewayConfig();
  Object.assign(config.bedrock, bedrock);
  Object.assign(config.models, {
    allowBedrockIds: 'all',
    aliases: {
      fast: 'claude-haiku-4-5',
      old: 'claude-3-haiku',
      billed: applicationArn('haiku'),
      'claude-best': 'nova-pro',
    },
    custom: [{ name: 'my-haiku', id: applicationArn('haiku'), rulesOf: 'claude-haiku-4-5' }],
    ...models,
  });
  config.catalog.enforce = enforce;
  const service = new ModelRegistryService(config, () => now);
  service.update({ account: ACCOUNT_LISTING, catalogEntries: entries });
  return service;
}

const NO_RULES: ModelAccess = { lists: [], residency: [] };
const callerWith = (access: Partial<ModelAccess>, more: Partial<Caller> = {}): Caller => ({
  name: 'k',
  id: 'k',
  access: { ...NO_RULES, ...access },
  ...more,
});
const team = (...models: string[]) => callerWith({ lists: [{ owner: "team 'search'", models }] });
const policy = (rule: Omit<ResidencyRule, 'owner'>) => callerWith({ residency: [{ owner: "team 'search'", ...rule }] });

function refusal(work: () => unknown): { code: string | null; status: number; message: string } | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, status: error.status, message: error.message };
    throw error;
  }
  return undefined;
}

const codeOf = (service: ModelRegistryService, name: string | undefined, caller?: Caller) =>
  refusal(() => service.resolve(name, caller))?.code;

describe('the lists of a caller', () => {
  it.each(HAIKU_NAMES)('allow %s by the name of the model that answers', (name) => {
    expect(codeOf(registry(), name, team('claude-haiku-4-5'))).toBeUndefined();
    expect(codeOf(registry(), name, team('claude-haiku-*'))).toBeUndefined();
  });

  it.each([...HAIKU_NAMES, ...HAIKU_APPLICATIONS])('refuse %s if another model answers by it', (name) => {
    const error = refusal(() => registry().resolve(name, team('nova-*', 'claude-opus-*', 'claude-3-haiku')));
    expect([error?.status, error?.code]).toEqual([403, 'permission_denied']);
    expect(error?.message).toContain("The team 'search' may not use the model");
  });

  it.each(HAIKU_APPLICATIONS)('refuse %s without an entry for it', (name) => {
    expect(codeOf(registry(), name, team('claude-haiku-4-5', 'claude-*', 'us.*'))).toBe('permission_denied');
    expect(codeOf(registry(), name, team('my-haiku', applicationArn('*')))).toBeUndefined();
  });

  it('must all allow the model, beginning with the own list of the key', () => {
    const lists = [
      { owner: "team 'search'", models: ['claude-*'] },
      { owner: "application 'bot'", models: ['claude-haiku-*', 'nova-*'] },
    ];
    const caller = callerWith({ lists }, { models: ['claude-*', 'glm-*'] });
    const messageOf = (name: string) => refusal(() => registry().resolve(name, caller))?.message;
    expect(messageOf('claude-haiku-4-5')).toBeUndefined();
    expect(messageOf('nova-pro')).toContain('This API key may not use');
    expect(messageOf('glm-5')).toContain("The team 'search' may not use");
    expect(messageOf('claude-opus-5')).toContain("The application 'bot' may not use");
  });

  it('match an alias of the settings by an equal entry, not by a pattern', () => {
    expect(codeOf(registry(), 'claude-best', team('claude-*'))).toBe('permission_denied');
    expect(codeOf(registry(), 'claude-best', team('claude-best'))).toBeUndefined();
    expect(codeOf(registry(), 'claude-best', team('nova-*'))).toBeUndefined();
    expect(codeOf(registry(), 'nova-pro', team('claude-best'))).toBe('permission_denied');
  });

  it('of a key without a team also match the requested name of a retired model', () => {
    const key: Caller = { name: 'k', id: 'k', models: ['claude-3-haiku'] };
    expect(codeOf(registry(), 'claude-3-haiku', key)).toBeUndefined();
    expect(codeOf(registry(), 'claude-3-haiku', { ...key, access: NO_RULES })).toBe('permission_denied');
    expect(refusal(() => registry().resolve('claude-3-haiku', { ...key, access: NO_RULES }))?.message).toContain(
      'for which `claude-haiku-4-5` answers',
    );
  });

  it('apply to the default model and to unknown names', () => {
    const service = registry({ models: { default: 'nova-pro', onUnknown: 'default' } });
    expect(refusal(() => service.resolve(undefined, team('claude-*')))?.message).toContain(
      "The team 'search' may not use `nova-pro`, the default",
    );
    expect(codeOf(service, 'gpt-4o', team('claude-*', 'gpt-4o'))).toBe('permission_denied');
    expect(codeOf(service, 'gpt-4o', team('nova-*'))).toBeUndefined();
  });

  it('skip fallback models, also successors of retired ones and ARNs', () => {
    const service = registry({
      models: {
        routes: [{ model: 'nova-pro', fallbacks: ['claude-3-haiku', 'billed', 'glm-5', 'nova-lite'], targets: [] }],
      },
    });
    const of = (caller: Caller) => service.resolve('nova-pro', caller).fallbacks?.map(({ model }) => model.name);
    expect(of(team('nova-*', 'claude-3-haiku'))).toEqual(['nova-lite']);
    expect(of(team('nova-*', 'claude-haiku-4-5'))).toEqual(['claude-haiku-4-5', 'nova-lite']);
    expect(of(team('nova-pro'))).toBeUndefined();
  });

  it('decide what GET /v1/models contains', () => {
    const service = registry();
    expect(service.list(team('claude-haiku-4-5')).map(({ card }) => card.name)).toEqual(
      expect.arrayContaining(['claude-haiku-4-5']),
    );
    expect(new Set(service.list(team('claude-haiku-4-5')).map(({ card }) => card.name))).toEqual(
      new Set(['claude-haiku-4-5']),
    );
    expect(refusal(() => service.find('nova-pro', team('claude-*')))?.code).toBe('model_not_found');
  });
});

describe('the catalog', () => {
  const BLOCKED: CatalogEntry[] = [
    { model: 'claude-haiku-4-5', state: 'blocked', end: '2026-10-31', successor: 'claude-sonnet-4-6' },
  ];

  it.each([...HAIKU_NAMES, ...HAIKU_APPLICATIONS])('blocks %s', (name) => {
    for (const model of ['claude-haiku-4-5', HAIKU_ID, `eu.${HAIKU_ID}`, 'fast', 'claude-haiku-4-5-20251001']) {
      const service = registry({ entries: [{ ...BLOCKED[0]!, model }] });
      for (const caller of [undefined, team('*'), { name: 'k', id: 'k', models: ['*'] }]) {
        const error = refusal(() => service.resolve(name, caller));
        expect([error?.status, error?.code]).toEqual([403, 'model_blocked']);
        expect(error?.message).toMatch(/2026-10-31.*`claude-sonnet-4-6`/);
      }
      expect(service.list(undefined).filter(({ card }) => card.name === 'claude-haiku-4-5')).toEqual([]);
    }
  });

  it.each([
    'anthropic.Claude-Haiku-4-5-20251001-v1:0',
    'anthropic.CLAUDE-haiku-4-5-20251001-v1:0:200k',
    `us.${HAIKU_ID}:24k`,
    'au.anthropic.claude-haiku-4-5-20251001-V1:0',
  ])('blocks the spelling %s', (name) => {
    expect(codeOf(registry({ entries: BLOCKED }), name)).toBe('model_blocked');
  });

  it('blocks a model after its end, and not on its last day', () => {
    const entries: CatalogEntry[] = [{ model: 'nova-pro', state: 'approved', end: '2026-11-30' }];
    expect(codeOf(registry({ entries }), 'nova-pro')).toBeUndefined();
    expect(codeOf(registry({ entries, now: new Date('2026-12-01T00:00:00Z') }), 'nova-pro')).toBe('model_blocked');
  });

  it('blocks a requested model whose successor is allowed', () => {
    const entries: CatalogEntry[] = [{ model: 'claude-3-haiku', state: 'blocked' }];
    expect(codeOf(registry({ entries }), 'claude-3-haiku')).toBe('model_blocked');
    expect(codeOf(registry({ entries }), 'claude-haiku-4-5')).toBeUndefined();
  });

  it('of an application profile and of a custom model does not apply to their model', () => {
    for (const model of [applicationArn('haiku'), 'my-haiku']) {
      const service = registry({ entries: [{ model, state: 'blocked' }] });
      expect(codeOf(service, 'claude-haiku-4-5')).toBeUndefined();
      expect(codeOf(service, model)).toBe('model_blocked');
    }
  });

  it('allows a model in preview only if a list names it', () => {
    const service = registry({ entries: [{ model: 'claude-haiku-4-5', state: 'preview' }] });
    for (const caller of [undefined, team('*'), team('claude-haiku-*'), callerWith({})]) {
      expect(codeOf(service, 'claude-haiku-4-5', caller)).toBe('permission_denied');
    }
    expect(codeOf(service, 'claude-haiku-4-5', { name: 'k', id: 'k', models: ['claude-haiku-4-5'] })).toBeUndefined();
    expect(codeOf(service, `us.${HAIKU_ID}`, team('claude-*', 'claude-haiku-4-5'))).toBeUndefined();
  });

  it('allows a model to its teams only', () => {
    const service = registry({ entries: [{ model: 'nova-pro', state: 'approved', teams: ['search'] }] });
    expect(codeOf(service, 'nova-pro', callerWith({}, { team: { id: 't', name: 'search' } }))).toBeUndefined();
    expect(codeOf(service, 'nova-pro', callerWith({}, { team: { id: 't', name: 'sales' } }))).toBe('permission_denied');
    expect(codeOf(service, 'nova-pro')).toBe('permission_denied');
  });

  it('reports a deprecated model in the route', () => {
    const service = registry({
      entries: [{ model: 'nova-pro', state: 'deprecated', end: '2027-01-31', successor: 'nova-lite' }],
    });
    expect(service.resolve('nova-pro').deprecation).toEqual({ end: '2027-01-31', successor: 'nova-lite' });
    expect(service.resolve('nova-lite').deprecation).toBeUndefined();
  });

  it('that is enforced blocks models without an entry, and patterns do not match a preview', () => {
    const entries: CatalogEntry[] = [
      { model: 'nova-pro', state: 'approved' },
      { model: 'nova-lite', state: 'deprecated' },
      { model: 'claude-haiku-4-5', state: 'preview' },
    ];
    const service = registry({ entries, enforce: true });
    const codes = (caller?: Caller) =>
      ['nova-pro', 'nova-lite', 'claude-haiku-4-5', 'glm-5', applicationArn('unknown'), 'us.new.model-v1'].map((name) =>
        codeOf(service, name, caller),
      );
    const blocked = ['model_blocked', 'model_blocked', 'model_blocked'];
    expect(codes()).toEqual([undefined, undefined, 'permission_denied', ...blocked]);
    expect(codes(team('*'))).toEqual([undefined, undefined, 'permission_denied', ...blocked]);
    const lists = [
      { owner: 'a', models: ['*'] },
      { owner: 'b', models: ['claude-haiku-4-5', 'nova-pro', 'nova-lite'] },
    ];
    expect(codeOf(service, 'claude-haiku-4-5', callerWith({ lists }))).toBe('permission_denied');
    expect(codeOf(service, 'claude-haiku-4-5', team('claude-haiku-4-5'))).toBeUndefined();
    expect(new Set(service.list().map(({ card }) => card.name))).toEqual(new Set(['nova-pro', 'nova-lite']));
  });

  it('skips fallback models that it blocks', () => {
    const routes = [{ model: 'glm-5', fallbacks: ['nova-pro', 'nova-lite'], targets: [] }];
    const service = registry({ entries: [{ model: 'nova-pro', state: 'blocked' }], models: { routes } });
    expect(service.resolve('glm-5').fallbacks?.map(({ model }) => model.name)).toEqual(['nova-lite']);
  });

  it('takes entries of unknown models without effect, and reports them', () => {
    const service = registry({ entries: [{ model: 'no-such-model', state: 'blocked' }] });
    expect(service.unknownCatalogModels).toEqual(['no-such-model']);
    expect(codeOf(service, 'nova-pro')).toBeUndefined();
  });
});

describe('a data policy', () => {
  const PLACES = {
    targets: [
      { region: 'us-east-1' },
      { region: 'eu-west-1' },
      { region: 'ap-northeast-1' },
      { region: 'eu-central-1', profilePreference: 'global' },
      { region: 'eu-central-1', account: 'shared' },
    ],
    accounts: [{ name: 'shared', roleArn: 'arn:aws:iam::111111111111:role/outcrop' }],
  } as Partial<GatewayConfig['bedrock']>;
  const called = (rule: Omit<ResidencyRule, 'owner'>, name = 'claude-haiku-4-5') =>
    registry({ bedrock: PLACES })
      .resolve(name, policy(rule))
      .targets.map(({ id }) => id.replace(`.${HAIKU_ID}`, '').replace(HAIKU_ID, 'plain'));

  it('keeps the targets of its geographies', () => {
    expect(called({ geographies: ['eu'] })).toEqual(['eu-west-1/eu', 'eu-central-1/eu', 'shared:eu-central-1/eu']);
    expect(called({ geographies: ['us', 'eu'] })).toHaveLength(4);
    expect(called({ geographies: ['global'] })).toEqual(['eu-central-1/global']);
    expect(called({ geographies: ['jp'] })).toEqual(['ap-northeast-1/jp']);
    expect(called({ geographies: ['apac'] })).toEqual(['ap-northeast-1/jp']);
  });

  it('keeps the targets of its profiles and accounts', () => {
    expect(called({ profiles: ['eu', `us.${HAIKU_ID}`] })).toEqual([
      'us-east-1/us',
      'eu-west-1/eu',
      'eu-central-1/eu',
      'shared:eu-central-1/eu',
    ]);
    expect(called({ accounts: ['shared'] })).toEqual(['shared:eu-central-1/eu']);
    expect(called({ accounts: ['own'], geographies: ['eu'] })).toEqual(['eu-west-1/eu', 'eu-central-1/eu']);
  });

  it('replaces the preferred profile by one of its geographies, and never by the global one', () => {
    expect(called({ geographies: ['eu', 'global'] })).toEqual([
      'eu-west-1/eu',
      'eu-central-1/global',
      'shared:eu-central-1/eu',
    ]);
    expect(called({ geographies: ['eu-central-1'] }, 'nova-micro')).toEqual([
      'eu-central-1/amazon.nova-micro-v1:0',
      'shared:eu-central-1/amazon.nova-micro-v1:0',
    ]);
  });

  it('of several owners must all allow a target', () => {
    const residency = [
      { owner: "team 'a'", geographies: ['eu', 'us'] },
      { owner: "application 'b'", geographies: ['us', 'jp'] },
    ];
    const service = registry({ bedrock: PLACES });
    expect(service.resolve('claude-haiku-4-5', callerWith({ residency })).targets.map(({ region }) => region)).toEqual([
      'us-east-1',
    ]);
    const none = [residency[0]!, { owner: "application 'b'", geographies: ['jp'] }];
    const error = refusal(() => service.resolve('claude-haiku-4-5', callerWith({ residency: none })));
    expect([error?.status, error?.code]).toEqual([403, 'residency_denied']);
    expect(error?.message).toContain("the application 'b' (geographies: jp)");
  });

  it.each([
    [`eu.${HAIKU_ID}`, true],
    [profileArn('eu-west-1', `eu.${HAIKU_ID}`), true],
    [modelArn('eu-west-1', 'amazon.nova-pro-v1:0'), true],
    ['nova-pro', true],
    [`us.${HAIKU_ID}`, false],
    [`global.${HAIKU_ID}`, false],
    [`jp.${HAIKU_ID}`, false],
    [profileArn('eu-west-1', `us.${HAIKU_ID}`), false],
    [profileArn('eu-west-1', `global.${HAIKU_ID}`), false],
    [modelArn('us-east-1', 'amazon.nova-pro-v1:0'), false],
    // A copy of a profile of the United States, and profiles that the discovery does not know.
    [applicationArn('haiku'), false],
    [applicationArn('unknown'), false],
    [applicationArn('unknown').replace('us-east-1', 'eu-west-1'), false],
    [`arn:aws:bedrock:eu-west-1:${ACCOUNT}:provisioned-model/abc`, false],
    [`arn:aws:bedrock:eu-west-1:${ACCOUNT}:default-prompt-router/anthropic.claude:1`, false],
    // Texts that the pattern of ids reads as models without a profile.
    ['us.anthropic.7b-model', false],
    ['global.vendor.7b', false],
    ['zz.vendor.7b', false],
  ])('of the European Union allows %s: %s', (name, isAllowed) => {
    const service = registry({ bedrock: { targets: [{ region: 'eu-west-1' }] } });
    const eu = policy({ geographies: ['eu'] });
    expect(codeOf(service, name, eu)).toBe(isAllowed ? undefined : 'residency_denied');
    expect(service.list(eu).every(({ id }) => codeOf(service, id, eu) === undefined)).toBe(true);
  });

  it('allows an ARN of unknown geography if its profiles list it', () => {
    const arn = applicationArn('unknown');
    expect(codeOf(registry(), arn, policy({ geographies: ['eu'], profiles: [arn] }))).toBeUndefined();
    expect(codeOf(registry(), arn, policy({ geographies: ['eu'], profiles: ['eu'] }))).toBe('residency_denied');
  });

  it('allows a model in one region by the region, and on-demand calls by profiles only if they list them', () => {
    const service = registry({ bedrock: { region: 'me-central-1' } });
    expect(codeOf(service, modelArn('me-central-1', 'amazon.nova-pro-v1:0'), policy({ geographies: ['eu'] }))).toBe(
      'residency_denied',
    );
    expect(
      codeOf(service, modelArn('me-central-1', 'amazon.nova-pro-v1:0'), policy({ geographies: ['me-central-1'] })),
    ).toBeUndefined();
    const plain = modelArn('eu-west-1', 'amazon.nova-pro-v1:0');
    expect(codeOf(service, plain, policy({ profiles: ['eu'] }))).toBe('residency_denied');
    expect(codeOf(service, plain, policy({ profiles: ['on-demand'] }))).toBeUndefined();
  });

  it('of accounts refuses ARNs of other and of unknown accounts', () => {
    const own = policy({ accounts: ['own'] });
    const other = `arn:aws:bedrock:us-east-1:999999999999:inference-profile/us.${HAIKU_ID}`;
    expect(codeOf(registry({ bedrock: PLACES }), other, own)).toBe('residency_denied');
    expect(codeOf(registry({ bedrock: PLACES }), other.replaceAll('9', '1'), own)).toBe('residency_denied');
    expect(codeOf(registry({ bedrock: PLACES }), profileArn('us-east-1', `us.${HAIKU_ID}`), own)).toBeUndefined();
    expect(codeOf(registry(), other, policy({ accounts: ['own'], profiles: [other] }))).toBeUndefined();
  });

  it('limits the targets of routes with weights, and the fallback models', () => {
    const routes = [
      {
        model: 'claude-haiku-4-5',
        targets: [
          { region: 'us-east-1', weight: 3 },
          { region: 'eu-west-1', weight: 1 },
        ],
        fallbacks: ['nova-pro', 'us'],
      },
    ];
    const service = registry({
      bedrock: { region: 'eu-west-1' },
      models: { routes, aliases: { us: 'us.anthropic.claude-sonnet-4-6' } },
    });
    const route = service.resolve('claude-haiku-4-5', policy({ geographies: ['eu'] }));
    expect(route.targets.map(({ region, weight }) => [region, weight])).toEqual([['eu-west-1', 1]]);
    expect(route.fallbacks?.map(({ model }) => model.name)).toEqual(['nova-pro']);
    expect(route.fallbacks?.every(({ targets }) => targets.every(({ region }) => region === 'eu-west-1'))).toBe(true);
  });

  it('returns the same list of targets for each request', () => {
    const service = registry({ bedrock: PLACES });
    const eu = policy({ geographies: ['eu'] });
    const targets = () => service.resolve('claude-haiku-4-5', eu).targets;
    expect(targets()).toBe(targets());
    expect(service.resolve('claude-haiku-4-5', callerWith({})).targets).toBe(
      service.resolve('claude-haiku-4-5').targets,
    );
  });
});

describe('a caller that requires the exact model', () => {
  const EXACT = callerWith({ exactModel: "team 'search'" });

  it.each(['claude-3-haiku', 'old', 'anthropic.claude-3-haiku-20240307-v1:0'])('gets no successor for %s', (name) => {
    const error = refusal(() => registry().resolve(name, EXACT));
    expect([error?.status, error?.code]).toEqual([404, 'model_not_found']);
    expect(error?.message).toMatch(/was retired on .*team 'search' requires the exact model.*Use `claude-haiku-4-5`/);
    expect(codeOf(registry({ models: { onRetired: 'serve' } }), name, EXACT)).toBeUndefined();
  });

  it('gets no default model', () => {
    const service = registry({ models: { default: 'nova-pro', onUnknown: 'default' } });
    const error = refusal(() => service.resolve(undefined, EXACT));
    expect([error?.status, error?.message]).toEqual([400, expect.stringContaining("team 'search' requires")]);
    expect(codeOf(service, 'gpt-4o', EXACT)).toBe('model_not_found');
    expect(codeOf(service, 'nova-pro', EXACT)).toBeUndefined();
  });

  it('gets no fallback model, and sees no retired name', () => {
    const routes = [{ model: 'glm-5', fallbacks: ['nova-pro'], targets: [] }];
    const service = registry({ models: { routes } });
    expect(service.resolve('glm-5').fallbacks).toHaveLength(1);
    expect(service.resolve('glm-5', EXACT).fallbacks).toBeUndefined();
    expect(service.list(EXACT).every(({ card, requested }) => card === requested)).toBe(true);
    expect(refusal(() => service.find('claude-3-haiku', EXACT))?.code).toBe('model_not_found');
  });
});
