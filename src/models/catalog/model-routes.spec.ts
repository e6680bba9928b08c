import { build } from '../../../test/config/build.ts';
import { buildAccount } from '../account/account.ts';
import { ModelCatalog } from './model-catalog.ts';
import type { Route } from '../types/model.ts';

const NOW = () => new Date('2026-11-20');
const ACCOUNTS = 'accounts: [{name: team-b, roleArn: "arn:aws:iam::123456789012:role/outcrop"}]';
const PROFILE = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abcdefghijkl';

const catalog = (text: string) => new ModelCatalog({ config: build(text) }, NOW);
const resolve = (text: string, name: string): Route => catalog(text).resolve(name);
const labels = (route: Route | undefined): string[] => route?.targets.map(({ id }) => id) ?? [];

describe('bedrock.targets', () => {
  const targets = `bedrock: {region: eu-central-1, ${ACCOUNTS}, targets: [{}, {account: team-b, region: us-east-1}, {profilePreference: global, endpoint: "https://vpce.example"}]}`;

  it('are the targets of every model, each with the model’s profile in that place', () => {
    expect(labels(resolve(targets, 'claude-sonnet-4-6'))).toEqual([
      'eu-central-1/eu.anthropic.claude-sonnet-4-6',
      'team-b:us-east-1/us.anthropic.claude-sonnet-4-6',
      'eu-central-1/global.anthropic.claude-sonnet-4-6@vpce.example',
    ]);
  });

  it('exclude places where the model is not available', () => {
    const route = resolve(targets, 'claude-haiku-4-5');
    expect(route.targets.every(({ modelId }) => modelId.includes('haiku'))).toBe(true);
    const reachable = resolve(
      'bedrock: {targets: [{region: me-central-1}, {region: us-east-1}]}',
      'llama3-3-70b-instruct',
    );
    expect(labels(reachable)).toEqual(['us-east-1/us.meta.llama3-3-70b-instruct-v1:0']);
  });

  it('are sorted by priority', () => {
    const text = `bedrock: {targets: [{region: eu-west-1, weight: 1, priority: 2}, {region: eu-west-3, weight: 5}]}`;
    expect(labels(resolve(text, 'claude-sonnet-4-6')).map((label) => label.split('/')[0])).toEqual([
      'eu-west-3',
      'eu-west-1',
    ]);
  });

  it('do not apply to ids and ARNs, which name exactly one target', () => {
    expect(labels(resolve(targets, 'eu.anthropic.claude-sonnet-4-6'))).toEqual([
      'eu-central-1/eu.anthropic.claude-sonnet-4-6',
    ]);
    expect(labels(resolve(`${targets}\nmodels: {allowBedrockIds: all}`, PROFILE))).toEqual([
      'eu-west-1/application-inference-profile/abcdefghijkl',
    ]);
  });

  it('of another account ignore the discovery of the gateway’s own account', () => {
    const account = buildAccount({ region: 'us-east-1', models: [], profiles: [] }, NOW());
    const discovered = {
      ...account,
      reaches: new Map([['anthropic.claude-sonnet-4-6', { prefixes: [], onDemand: true }]]),
    };
    const config = build(`bedrock: {region: us-east-1, ${ACCOUNTS}, targets: [{}, {account: team-b}]}`);
    expect(labels(new ModelCatalog({ config, account: discovered }, NOW).resolve('claude-sonnet-4-6'))).toEqual([
      'us-east-1/anthropic.claude-sonnet-4-6',
      'team-b:us-east-1/us.anthropic.claude-sonnet-4-6',
    ]);
  });

  it('are created once for all requests', () => {
    const once = catalog(targets);
    expect(once.resolve('claude-sonnet-4-6').targets).toBe(once.resolve('claude-sonnet-4-6-thinking').targets);
  });
});

describe('models.routes', () => {
  const text = `
bedrock: {region: eu-central-1, targets: [{region: eu-west-3}, {region: eu-north-1}]}
models:
  aliases: {fast: claude-haiku-4-5, quick: claude-haiku-4-5}
  custom: [{name: own, id: "${PROFILE}", rulesOf: claude-sonnet-4-6}]
  routes:
    - {model: claude-haiku-4-5, targets: [{region: us-east-1}]}
    - {model: fast, targets: [{region: us-west-2}], fallbacks: [nova-lite]}
    - {model: own, targets: [{}, {id: eu.anthropic.claude-sonnet-4-6, region: eu-west-2}]}
    - {model: claude-opus-5-5, fallbacks: [claude-sonnet-4-6-thinking, claude-3-7-sonnet, nova-pro]}
`;

  it('apply to every name of a model; an alias can have its own', () => {
    const regions = (name: string) => resolve(text, name).targets.map(({ region }) => region);
    expect(regions('claude-haiku-4-5')).toEqual(['us-east-1']);
    expect(regions('claude-haiku-4-5-20251001')).toEqual(['us-east-1']);
    expect(regions('quick')).toEqual(['us-east-1']);
    expect(regions('fast')).toEqual(['us-west-2']);
    expect(regions('claude-sonnet-4-6')).toEqual(['eu-west-3', 'eu-north-1']);
  });

  it('of custom models begin with the custom model’s own target', () => {
    expect(labels(resolve(text, 'own'))).toEqual([
      'eu-west-1/application-inference-profile/abcdefghijkl',
      'eu-west-2/eu.anthropic.claude-sonnet-4-6',
    ]);
  });

  it('name fallback models with their own targets', () => {
    const route = resolve(text, 'claude-opus-5-5-thinking');
    expect(route.targets).toHaveLength(2);
    expect(route.fallbacks?.map(({ model, thinkingByName }) => [model.name, thinkingByName])).toEqual([
      ['claude-sonnet-4-6', true],
      // The successor answers for a retired fallback model, as for any request.
      [catalog(text).resolve('claude-3-7-sonnet').model.name, true],
      ['nova-pro', false],
    ]);
    expect(route.fallbacks?.map(({ targets }) => targets.length)).toEqual([2, 2, 2]);
    expect(resolve(text, 'claude-opus-5-5').fallbacks?.map(({ fallbacks }) => fallbacks)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(resolve(text, 'claude-sonnet-4-6').fallbacks).toBeUndefined();
  });

  it('skip fallback models that the key may not use', () => {
    const of = (...models: string[]) =>
      catalog(text)
        .resolve('claude-opus-5-5', { name: 'k', id: 'k', models })
        .fallbacks?.map(({ model }) => model.name);
    expect(of('claude-opus-*')).toBeUndefined();
    expect(of('claude-opus-*', 'nova-*')).toEqual(['nova-pro']);
  });

  it.each([
    ['{model: claude-opsu}', 'models.routes[0].model: the model "claude-opsu" does not exist'],
    ['{model: nova-pro, fallbacks: [nova-lite, x]}', 'models.routes[0].fallbacks[1]: the model "x" does not exist'],
    [
      '{model: claude-haiku-4-5}, {model: claude-haiku-4-5-20251001}',
      'models.routes[1].model: "claude-haiku-4-5-20251001" is also the model of models.routes[0]',
    ],
    [
      '{model: nova-pro}, {model: claude-haiku-4-5, fallbacks: [claude-haiku-4-5-20251001]}',
      'models.routes[1].fallbacks[0]: "claude-haiku-4-5-20251001" is the route\'s own model',
    ],
    [
      '{model: amazon.titan-embed-text-v2:0, fallbacks: [nova-pro]}',
      'models.routes[0].fallbacks: "amazon.titan-embed-text-v2:0" makes embeddings. Vectors of different models cannot be compared',
    ],
    [
      '{model: nova-pro, fallbacks: [nova-lite, amazon.titan-embed-text-v2:0]}',
      'models.routes[0].fallbacks[1]: "amazon.titan-embed-text-v2:0" makes embeddings. Vectors of different models cannot be compared',
    ],
  ])('are rejected: %s', (routes, message) => {
    expect(() => catalog(`models: {routes: [${routes}]}`)).toThrow(message);
  });
});
