import { describe, expect, it } from '@jest/globals';
import { GatewayConfig, type ModelsConfig } from '../../config/gateway-config.ts';
import { type AccountListing, buildAccount, type ListedModel, type ListedProfile } from './account.ts';
import { publicNameOf } from '../names/derived-name.ts';
import { ModelRegistryService } from '../model-registry.service.ts';
import type { Caller } from '../../request/caller.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const REGION = 'eu-west-1';
const TEAM_ARN = `arn:aws:bedrock:${REGION}:123456789012:application-inference-profile/a1b2c3`;

const modelArn = (id: string, region = REGION) => `arn:aws:bedrock:${region}::foundation-model/${id}`;

function model(id: string, facts: Partial<ListedModel> = {}): ListedModel {
  return { id, displayName: id, onDemand: false, chats: true, images: true, status: 'active', lifecycle: {}, ...facts };
}

function system(prefix: string, id: string, regions = [REGION, `${prefix}-2`]): ListedProfile {
  const profileId = `${prefix}.${id}`;
  return {
    kind: 'system',
    id: profileId,
    arn: `arn:aws:bedrock:${REGION}:123456789012:inference-profile/${profileId}`,
    modelArns: regions.map((region) => modelArn(id, region)),
  };
}

function application(arn: string, ...modelArns: string[]): ListedProfile {
  return { kind: 'application', id: arn.split('/')[1]!, arn, modelArns };
}

function registry(listing: Partial<AccountListing>, models: Partial<ModelsConfig> = {}) {
  const config = new GatewayConfig();
  Object.assign(config.models, models);
  config.bedrock.region = REGION;
  const service = new ModelRegistryService(config, () => NOW);
  service.update({ account: buildAccount({ region: REGION, models: [], profiles: [], ...listing }, NOW) });
  return service;
}

const calledAs = (service: ModelRegistryService, name: string) => service.resolve(name).targets[0]?.modelId;
const key = (...models: string[]): Caller => ({ name: 'key', id: 'key', models });
const OPUS = 'anthropic.claude-opus-4-8';

describe('the profiles of the account', () => {
  it('override the profiles of the table', () => {
    expect(calledAs(registry({}), 'claude-opus-4-8')).toBe(`eu.${OPUS}`);
    const onlyGlobal = registry({ models: [model(OPUS)], profiles: [system('global', OPUS)] });
    expect(calledAs(onlyGlobal, 'claude-opus-4-8')).toBe(`global.${OPUS}`);
    expect(calledAs(onlyGlobal, OPUS)).toBe(`global.${OPUS}`);
  });

  it('are usable if the table lacks them', () => {
    const service = registry({ models: [model(OPUS)], profiles: [system('latam', OPUS), system('global', OPUS)] });
    expect(calledAs(service, 'claude-opus-4-8')).toBe(`latam.${OPUS}`);
    expect(service.resolve(`latam.${OPUS}`)).toMatchObject({
      model: { name: 'claude-opus-4-8' },
      targets: [{ modelId: `latam.${OPUS}`, profile: 'latam' }],
    });
  });

  it('do not apply to other regions', () => {
    const retired = 'arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0';
    const haiku = 'anthropic.claude-haiku-4-5-20251001-v1:0';
    const service = registry(
      { models: [model(haiku)], profiles: [system('global', haiku)] },
      { allowBedrockIds: 'all' },
    );
    expect(calledAs(service, retired)).toBe(`us.${haiku}`);
    expect(calledAs(service, 'claude-3-haiku')).toBe(`global.${haiku}`);
  });

  it('determine whether a bare id is callable', () => {
    const bare = registry({ models: [model(OPUS, { onDemand: true })] });
    expect(bare.resolve(OPUS).targets).toMatchObject([{ modelId: OPUS, profile: 'on-demand' }]);
    const nova = 'amazon.nova-pro-v1:0';
    const profilesOnly = registry({ models: [model(nova)], profiles: [system('eu', nova)] });
    expect(calledAs(profilesOnly, nova)).toBe(`eu.${nova}`);
  });
});

describe('an application profile', () => {
  const opus = system('eu', OPUS);
  const listing = { models: [model(OPUS)], profiles: [opus, application(TEAM_ARN, ...opus.modelArns)] };

  it('has the name, rules and price of its model, and is called by its ARN', () => {
    const service = registry(listing);
    const route = service.resolve(TEAM_ARN);
    expect(route.model).toBe(service.resolve('claude-opus-4-8').model);
    expect(route.targets).toEqual([
      {
        id: 'eu-west-1/application-inference-profile/a1b2c3',
        region: REGION,
        modelId: TEAM_ARN,
        profile: 'eu',
      },
    ]);
    expect(service.resolve(`${TEAM_ARN}-thinking`).thinkingByName).toBe(true);
  });

  it('has the on-demand price if it was created from a model, and no known price if it matches no profile', () => {
    const ofModel = registry({ ...listing, profiles: [application(TEAM_ARN, modelArn(OPUS))] });
    expect(ofModel.resolve(TEAM_ARN).targets[0]?.profile).toBe('on-demand');
    const other = registry({ ...listing, profiles: [application(TEAM_ARN, modelArn(OPUS), modelArn(OPUS, 'xx-1'))] });
    expect(other.resolve(TEAM_ARN).targets[0]?.profile).toBeUndefined();
  });

  it('is listed for keys that name it, and for keys without a list', () => {
    const service = registry(listing);
    const ids = (caller?: Caller) => service.list(caller).map(({ id }) => id);
    expect(ids()).toContain(TEAM_ARN);
    expect(ids(key('arn:aws:bedrock:*'))).toEqual([TEAM_ARN]);
    expect(ids(key('claude-*'))).not.toContain(TEAM_ARN);
    expect(() => service.resolve(TEAM_ARN, key('claude-*'))).toThrow('may not use');
  });

  it('is not accepted if ids are not allowed', () => {
    const service = registry(listing, { allowBedrockIds: 'none' });
    expect(service.list().map(({ id }) => id)).not.toContain(TEAM_ARN);
    expect(() => service.resolve(TEAM_ARN)).toThrow('models.allowBedrockIds');
  });

  it('can have an alias, and a custom model of the settings takes precedence', () => {
    const named = registry(listing, { aliases: { team: TEAM_ARN } });
    expect(named.resolve('team').model.name).toBe('claude-opus-4-8');
    const custom = [{ name: 'team', id: TEAM_ARN, rulesOf: 'claude-sonnet-4-6' }];
    const route = registry(listing, { custom }).resolve(TEAM_ARN);
    expect(route.model).toMatchObject({ name: 'team', rules: { sampling: 'one' } });
    expect(route.targets[0]?.profile).toBe('eu');
  });

  it('of several models, or of a model of an unknown vendor, keeps its ARN as name', () => {
    const mixed = registry({ profiles: [application(TEAM_ARN, modelArn(OPUS), modelArn('amazon.nova-pro-v1:0'))] });
    expect(mixed.resolve(TEAM_ARN).model.name).toBe(TEAM_ARN);
    const cohere = registry({ profiles: [application(TEAM_ARN, modelArn('cohere.command-x-v1:0'))] });
    expect(cohere.resolve(TEAM_ARN).model.rules.family).toBe('other');
  });
});

describe('models beyond the table', () => {
  it('have derived names, the rules of their family and no price', () => {
    const service = registry({
      models: [
        model('anthropic.claude-opus-9-20270301-v1:0', { displayName: 'Claude Opus 9' }),
        model('amazon.nova-3-pro-v1:0', { onDemand: true, images: false }),
      ],
      profiles: [system('eu', 'anthropic.claude-opus-9-20270301-v1:0')],
    });
    const route = service.resolve('claude-opus-9');
    expect(route.model).toMatchObject({
      displayName: 'Claude Opus 9',
      provider: 'anthropic',
      rules: { maxOutputTokens: 128_000, sampling: 'none', prefill: false, thinking: { adaptive: true } },
    });
    expect(route.model.price).toBeUndefined();
    expect(route.targets[0]?.modelId).toBe('eu.anthropic.claude-opus-9-20270301-v1:0');
    expect(service.resolve('claude-opus-9-thinking').thinkingByName).toBe(true);
    expect(service.resolve('nova-3-pro').model.rules).toMatchObject({ family: 'nova', vision: false });
    expect(service.list().map(({ id }) => id)).toEqual(expect.arrayContaining(['claude-opus-9', 'nova-3-pro']));
    expect(service.resolve('claude-opus-9', key('claude-opus-*')).requested).toBe('claude-opus-9');
  });

  it.each([
    ['does not chat', model('amazon.titan-embed-text-v9', { onDemand: true, chats: false })],
    ['is sold by the hour', model('amazon.nova-pro-v1:0:24k')],
    ['is of an unknown vendor', model('cohere.command-x-v1:0', { onDemand: true })],
  ])('are excluded if the model %s', (_, listed) => {
    const ids = registry({}).list();
    expect(registry({ models: [listed] }).list()).toHaveLength(ids.length);
  });

  it('are overridden by names of the settings', () => {
    const models = [model('anthropic.claude-opus-9', { onDemand: true })];
    const service = registry({ models }, { aliases: { 'claude-opus-9': 'claude-opus-5' } });
    expect(service.resolve('claude-opus-9').model.name).toBe('claude-opus-5');
  });

  it.each([
    ['anthropic.claude-opus-4-8', 'claude-opus-4-8'],
    ['anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
    ['anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5'],
    ['openai.gpt-oss-120b-1:0', 'gpt-oss-120b'],
    ['openai.gpt-6.1-sol', 'gpt-6.1-sol'],
    ['deepseek.v3.2', 'deepseek-v3.2'],
    ['deepseek.r1-v1:0', 'deepseek-r1'],
    ['meta.llama3-3-70b-instruct-v1:0', 'llama3-3-70b-instruct'],
    ['amazon.nova-pro-v1:0:300k', 'nova-pro'],
    ['mistral.mistral-large-3-675b-instruct', 'mistral-large-3-675b-instruct'],
  ])('%s gets the name %s', (id, name) => {
    expect(publicNameOf(id, new Set())).toBe(name);
  });

  it('have the shortest unused name', () => {
    const id = 'anthropic.claude-x-1-20270301-v2:0';
    const usedNames = ['claude-x-1', 'claude-x-1-20270301', 'claude-x-1-20270301-v2:0'];
    const names = [0, 1, 2, 3].map((count) => publicNameOf(id, new Set(usedNames.slice(0, count))));
    expect(names).toEqual([...usedNames, id]);
  });
});

describe('lifecycle dates of AWS', () => {
  const dates = (id: string, facts: Partial<ListedModel>) =>
    registry({ models: [model(id, facts)] }, { onRetired: 'serve' }).resolve(id).model.lifecycle;
  const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
  const GONE = 'anthropic.claude-3-haiku-20240307-v1:0';

  it('override those of the table', () => {
    const lifecycle = { legacy: '2026-12-01', endOfLife: '2027-06-01' };
    expect(dates(SONNET, { status: 'legacy', lifecycle })).toEqual({ launched: '2025-09-29', ...lifecycle });
  });

  it('keep announced dates if they are missing', () => {
    expect(dates(SONNET, { status: 'legacy' })).toMatchObject({ legacy: '2026-10-08', endOfLife: '2027-04-08' });
  });

  it('make a model legacy today if only its status is legacy', () => {
    expect(dates(OPUS, { status: 'legacy' })).toMatchObject({ legacy: '2026-11-22' });
  });

  it('reactivate a model that AWS lists as active', () => {
    expect(dates(SONNET, { status: 'active' }).legacy).toBeUndefined();
    const service = registry({ models: [model(GONE, { onDemand: true })] });
    expect(service.resolve('claude-3-haiku')).toMatchObject({ redirectedFrom: undefined });
    expect(service.list().map(({ id }) => id)).toContain('claude-3-haiku');
  });

  it('end a model that is active in the table', () => {
    const lifecycle = { endOfLife: '2026-11-01' };
    const service = registry({ models: [model(SONNET, { status: 'legacy', lifecycle })] });
    expect(service.resolve('claude-sonnet-4-5')).toMatchObject({
      model: { name: 'claude-sonnet-4-6' },
      redirectedFrom: { name: 'claude-sonnet-4-5' },
    });
  });
});

describe('a change of the catalog', () => {
  it('has no effect if the changes contradict each other', () => {
    const service = registry({ models: [model('anthropic.claude-opus-9', { onDemand: true })] });
    const config = new GatewayConfig();
    config.models.aliases = { broken: 'claude-nowhere-1' };
    expect(() => service.update({ config })).toThrow('models.aliases');
    expect(service.resolve('claude-opus-9').model.name).toBe('claude-opus-9');
  });

  it('of the settings keeps the account, and vice versa', () => {
    const service = registry({ models: [model('anthropic.claude-opus-9', { onDemand: true })] });
    const config = new GatewayConfig();
    config.models.aliases = { best: 'claude-opus-9' };
    service.update({ config });
    expect(service.resolve('best').model.name).toBe('claude-opus-9');
    expect(() => service.update({ account: undefined })).toThrow('models.aliases');
    service.update({ config: new GatewayConfig(), account: undefined });
    expect(() => service.resolve('claude-opus-9')).toThrow('does not exist');
  });
});
