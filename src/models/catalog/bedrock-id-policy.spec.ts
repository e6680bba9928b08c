import { build } from '../../../test/config/build.ts';
import { buildAccount } from '../account/account.ts';
import { ModelCatalog } from './model-catalog.ts';

const NOW = () => new Date('2026-11-22');
const OWN_ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const FRANKFURT = 'bedrock: {region: eu-central-1, accountId: "111122223333"}';

function catalog(text: string): ModelCatalog {
  return new ModelCatalog({ config: build(text) }, NOW);
}

const arn = (resource: string, region = 'eu-central-1', account = OWN_ACCOUNT) =>
  `arn:aws:bedrock:${region}:${account}:${resource}`;

const WITHIN = [
  'anthropic.claude-sonnet-4-6',
  'anthropic.claude-new-9',
  'deepseek.v3.2',
  'eu.anthropic.claude-sonnet-4-6',
  'eu.anthropic.claude-sonnet-4-6-thinking',
  'eu.anthropic.claude-new-9',
  'arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0',
  'arn:aws:bedrock:eu-central-1::inference-profile/eu.anthropic.claude-sonnet-4-6',
  arn('inference-profile/eu.anthropic.claude-sonnet-4-6'),
  ...['application-inference-profile', 'provisioned-model', 'imported-model', 'custom-model-deployment'].map((kind) =>
    arn(`${kind}/a1b2c3`),
  ),
  arn('prompt/ABCDE12345:1'),
  `arn:aws:sagemaker:eu-central-1:${OWN_ACCOUNT}:endpoint/mine`,
];

const OUTSIDE = [
  ...['us', 'apac', 'jp', 'au', 'ca', 'in', 'us-gov', 'global', 'mx', 'latam', 'us-west'].flatMap((prefix) => [
    `${prefix}.anthropic.claude-sonnet-4-6`,
    `${prefix}.anthropic.claude-sonnet-4-6-thinking`,
    `${prefix}.anthropic.claude-new-9`,
    `${prefix}.newvendor.model-1`,
    arn(`inference-profile/${prefix}.anthropic.claude-sonnet-4-6`),
    `arn:aws:bedrock:eu-central-1::inference-profile/${prefix}.anthropic.claude-sonnet-4-6`,
  ]),
  // The gateway itself calls this id for the model's name, but global profiles are not configured.
  'global.anthropic.claude-fable-5-2',
  'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0',
  'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
  ...['application-inference-profile', 'provisioned-model', 'imported-model', 'prompt'].flatMap((kind) => [
    arn(`${kind}/a1b2c3`, 'eu-west-1'),
    arn(`${kind}/a1b2c3`, 'us-west-2'),
    arn(`${kind}/a1b2c3`, 'eu-central-1', OTHER_ACCOUNT),
  ]),
  `arn:aws:sagemaker:us-east-1:${OWN_ACCOUNT}:endpoint/mine`,
  'arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-sonnet-4-6',
];

describe('models.allowBedrockIds: configured, in Frankfurt', () => {
  it.each(WITHIN)('accepts %s', (id) => {
    expect(catalog(FRANKFURT).resolve(id).targets[0]?.region).toBe('eu-central-1');
  });

  it.each(OUTSIDE)('rejects %s and names the setting', (id) => {
    expect(() => catalog(FRANKFURT).resolve(id)).toThrow(
      expect.objectContaining({
        status: 404,
        code: 'model_not_found',
        message: expect.stringContaining('models.allowBedrockIds'),
      }),
    );
    expect(() => catalog(FRANKFURT).listings.find(id)).toThrow(expect.objectContaining({ status: 404 }));
    expect(catalog(FRANKFURT).acceptsName(id)).toBe(false);
  });

  it.each(OUTSIDE)('does not use the default model for %s', (id) => {
    expect(() => catalog(`${FRANKFURT}\nmodels: {onUnknown: default}`).resolve(id)).toThrow('models.allowBedrockIds');
  });

  it('is the default', () => {
    expect(build(FRANKFURT).models.allowBedrockIds).toBe('configured');
  });

  it('rejects ARNs of every account if the gateway’s own account is unknown', () => {
    const unknown = catalog('bedrock: {region: eu-central-1}');
    expect(() => unknown.resolve(arn('imported-model/a'))).toThrow('bedrock.accountId');
    expect(unknown.acceptsName('arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0')).toBe(true);
  });
});

describe('the configured places', () => {
  it.each([
    ['a region of bedrock.targets', 'targets: [{}, {region: us-east-1}]', '', 'us.anthropic.claude-sonnet-4-6'],
    ['global profiles', 'profilePreference: global', '', 'global.anthropic.claude-sonnet-4-6'],
    ['global profiles of a target', 'targets: [{profilePreference: global}]', '', 'global.anthropic.claude-sonnet-4-6'],
    [
      'the region of a route',
      '',
      'routes: [{model: nova-pro, targets: [{region: us-west-2}]}]',
      'us.anthropic.claude-sonnet-4-6',
    ],
    [
      'the region and account of a custom model',
      '',
      `custom: [{name: mine, id: "${arn('imported-model/a', 'us-east-1', OTHER_ACCOUNT)}", like: nova-pro}]`,
      arn('provisioned-model/b', 'us-east-1', OTHER_ACCOUNT),
    ],
    [
      'an account',
      `accounts: [{name: b, roleArn: "arn:aws:iam::${OTHER_ACCOUNT}:role/outcrop"}]`,
      '',
      arn('provisioned-model/b', 'eu-central-1', OTHER_ACCOUNT),
    ],
    ['the id behind an alias', '', 'aliases: {far: us.anthropic.claude-opus-5}', 'us.anthropic.claude-opus-5'],
  ])('include %s', (_, bedrock, models, id) => {
    const text = `bedrock: {region: eu-central-1, ${bedrock}}\nmodels: {${models}}`;
    expect(catalog('bedrock: {region: eu-central-1}').acceptsName(id)).toBe(false);
    expect(catalog(text).acceptsName(id)).toBe(true);
  });

  it('do not include the region of an alias, nor other models of its geography', () => {
    const aliased = catalog(
      `bedrock: {region: eu-central-1}\nmodels: {aliases: {far: us.anthropic.claude-opus-5, away: "${arn('imported-model/a', 'us-west-2')}"}}`,
    );
    expect(aliased.resolve('far').targets[0]?.modelId).toBe('us.anthropic.claude-opus-5');
    expect(aliased.resolve('away').targets[0]?.region).toBe('us-west-2');
    expect(aliased.acceptsName('us.anthropic.claude-sonnet-4-6')).toBe(false);
    expect(aliased.acceptsName(arn('imported-model/b', 'us-west-2'))).toBe(false);
  });

  it('do not restrict the fallbacks of routes', () => {
    const text =
      'bedrock: {region: eu-central-1}\nmodels: {routes: [{model: nova-pro, fallbacks: [us.anthropic.claude-opus-5]}]}';
    expect(catalog(text).resolve('nova-pro').fallbacks?.[0]?.targets[0]?.modelId).toBe('us.anthropic.claude-opus-5');
  });

  it('determine the region in which profiles of a geography are called', () => {
    const both = catalog('bedrock: {region: eu-central-1, targets: [{}, {region: us-west-2}]}');
    expect(both.resolve('us.anthropic.claude-sonnet-4-6').targets[0]?.region).toBe('us-west-2');
    expect(both.resolve('eu.anthropic.claude-sonnet-4-6').targets[0]?.region).toBe('eu-central-1');
  });

  it('include the profiles of the United States for Canada only if names use them as well', () => {
    const canada = catalog('bedrock: {region: ca-central-1}');
    expect(canada.acceptsName('us.anthropic.claude-sonnet-4-6')).toBe(true);
    expect(canada.acceptsName('us.anthropic.claude-new-9')).toBe(false);
    expect(canada.acceptsName('ca.anthropic.claude-new-9')).toBe(true);
  });
});

describe('the discovery', () => {
  const model = 'arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-opus-4-8';
  const worldwide = ['eu-central-1', 'us-east-1'].map((region) => model.replace('eu-central-1', region));
  const profile = (id: string, modelArns: string[]) => ({
    kind: id.includes('.') ? ('system' as const) : ('application' as const),
    id,
    arn: arn(`${id.includes('.') ? 'inference-profile' : 'application-inference-profile'}/${id}`),
    modelArns,
  });
  const listing = {
    region: 'eu-central-1',
    models: [],
    profiles: [
      profile('eu.anthropic.claude-opus-4-8', [model, model.replace('central', 'west')]),
      profile('global.anthropic.claude-opus-4-8', worldwide),
      profile('near', [model, model.replace('central', 'west')]),
      profile('wide', worldwide),
      profile('emea.anthropic.claude-opus-4-8', [model, model.replace('eu-central', 'me-south')]),
    ],
  };
  const discovered = new ModelCatalog(
    { config: build('bedrock: {region: eu-central-1}'), account: buildAccount(listing, NOW()) },
    NOW,
  );

  it('provides the own account, and the source profiles of application profiles', () => {
    expect(discovered.acceptsName(arn('application-inference-profile/near'))).toBe(true);
    expect(discovered.acceptsName(arn('application-inference-profile/wide'))).toBe(false);
    expect(discovered.acceptsName(arn('imported-model/a'))).toBe(true);
    expect(discovered.acceptsName(arn('imported-model/a', 'eu-central-1', OTHER_ACCOUNT))).toBe(false);
    expect(discovered.listings.list().map(({ id }) => id)).not.toContain(arn('application-inference-profile/wide'));
  });

  it('provides geographies that the table lacks', () => {
    expect(discovered.acceptsName('emea.anthropic.claude-opus-4-8')).toBe(true);
    expect(discovered.acceptsName('emea.anthropic.claude-opus-5')).toBe(false);
  });
});

describe('the other values', () => {
  it.each(['all', 'true'])('%s accepts every id', (value) => {
    for (const id of OUTSIDE)
      expect(catalog(`${FRANKFURT}\nmodels: {allowBedrockIds: ${value}}`).acceptsName(id)).toBe(true);
  });

  it.each(['none', 'false'])('%s accepts no id', (value) => {
    const names = catalog(`${FRANKFURT}\nmodels: {allowBedrockIds: ${value}}`);
    for (const id of [...WITHIN, ...OUTSIDE]) expect(names.acceptsName(id)).toBe(false);
    expect(names.acceptsName('claude-sonnet-4-6')).toBe(true);
  });
});

describe('lists of keys', () => {
  const withKey = (entry: string, more = '') =>
    `${FRANKFURT}\nauth: {keys: [{name: a, hash: "sha256:${'0'.repeat(64)}", models: ["${entry}"]}]}\n${more}`;

  it.each(['us.anthropic.claude-opus-5', 'global.anthropic.claude-opus-5', arn('imported-model/a', 'us-west-2')])(
    'cannot contain %s, which models.allowBedrockIds rejects',
    (entry) => {
      expect(() => catalog(withKey(entry))).toThrow(/auth\.keys\[0\]\.models\[0\].*models\.allowBedrockIds/);
      expect(() => catalog(withKey(entry, 'models: {allowBedrockIds: all}'))).not.toThrow();
    },
  );

  it('can contain ids that only the discovery can check, patterns and unknown names', () => {
    for (const entry of [arn('imported-model/a', 'eu-central-1', OTHER_ACCOUNT), 'us.*', 'claude-later']) {
      expect(() => catalog(withKey(entry))).not.toThrow();
    }
    expect(() => catalog(withKey('eu.anthropic.claude-opus-5', 'models: {allowBedrockIds: none}'))).toThrow(
      'models.allowBedrockIds',
    );
  });
});
