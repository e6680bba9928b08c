import { listPriceOf } from '../usage/price-list/price-list.ts';
import { describe, expect, it } from '@jest/globals';
import { GatewayConfig, type ModelsConfig } from '../config/gateway-config.ts';
import { GatewayError } from '../errors/errors.ts';
import { ModelCatalog } from './catalog/model-catalog.ts';
import { ModelRegistryService } from './model-registry.service.ts';
import type { Caller } from '../request/caller.ts';

const TODAY = new Date('2026-11-22T12:00:00Z');
const PROFILE_ARN = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3';

/** What the gateway takes is not the question here. */
const ANY_ID = { allowBedrockIds: 'all' } as const;

function registry(models: Partial<ModelsConfig> = {}, bedrock: Partial<GatewayConfig['bedrock']> = {}, now = TODAY) {
  const config = new GatewayConfig();
  Object.assign(config.models, models);
  Object.assign(config.bedrock, bedrock);
  return new ModelRegistryService(config, () => now);
}

function rejection(work: () => unknown): {
  status: number;
  code: string | null;
  message: string;
  param: string | null;
} {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) {
      return { status: error.status, code: error.code, message: error.message, param: error.param };
    }
    throw error;
  }
  throw new Error('nothing was rejected');
}

const key = (...models: string[]): Caller => ({ name: 'key', id: 'key', models });
const modelIds = (service: ModelRegistryService, name: string) =>
  service.resolve(name).targets.map(({ modelId }) => modelId);

describe('the eight names of the first release', () => {
  it.each([
    ['claude-3-7-sonnet', 'us.anthropic.claude-3-7-sonnet-20250219-v1:0', false],
    ['claude-3-7-sonnet-thinking', 'us.anthropic.claude-3-7-sonnet-20250219-v1:0', true],
    ['claude-3-opus', 'anthropic.claude-3-opus-20240229-v1:0', false],
    ['claude-3-5-sonnet', 'anthropic.claude-3-5-sonnet-20240620-v1:0', false],
    ['claude-3-sonnet', 'anthropic.claude-3-sonnet-20240229-v1:0', false],
    ['claude-3-haiku', 'anthropic.claude-3-haiku-20240307-v1:0', false],
    ['claude-2', 'anthropic.claude-v2:1', false],
    ['claude-instant', 'anthropic.claude-instant-v1', false],
  ])('%s is %s', (name, modelId, thinkingByName) => {
    const route = registry({ onRetired: 'serve' }).resolve(name);
    expect(route.targets).toMatchObject([{ id: `us-east-1/${modelId}`, region: 'us-east-1', modelId }]);
    expect(route.thinkingByName).toBe(thinkingByName);
    expect(route.redirectedFrom).toBeUndefined();
  });

  it.each([
    ['claude-3-7-sonnet', 'claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6'],
    ['claude-3-7-sonnet-thinking', 'claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6'],
    ['claude-3-5-sonnet', 'claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6'],
    ['claude-3-sonnet', 'claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6'],
    ['claude-3-opus', 'claude-opus-4-6', 'us.anthropic.claude-opus-4-6-v1'],
    ['claude-3-haiku', 'claude-haiku-4-5', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['claude-2', 'claude-haiku-4-5', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['claude-instant', 'claude-haiku-4-5', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
  ])('%s is answered by %s', (name, successor, modelId) => {
    const route = registry().resolve(name);
    expect(route.requested).toBe(name);
    expect(route.model.name).toBe(successor);
    expect(route.targets[0]?.modelId).toBe(modelId);
    expect(route.redirectedFrom?.name).toBe(name.replace('-thinking', ''));
    expect(route.thinkingByName).toBe(name.endsWith('-thinking'));
  });

  it('has claude-3-7-sonnet as the default', () => {
    const route = registry({ onUnknown: 'default', onRetired: 'serve' }).resolve('gpt-4o');
    expect(route.requested).toBe('gpt-4o');
    expect(route.targets[0]?.modelId).toBe('us.anthropic.claude-3-7-sonnet-20250219-v1:0');
  });
});

describe('names', () => {
  it.each([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['claude-haiku-4-5-20251001', 'claude-haiku-4-5', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['nova-pro', 'nova-pro', 'us.amazon.nova-pro-v1:0'],
    ['llama3-3-70b-instruct', 'llama3-3-70b-instruct', 'us.meta.llama3-3-70b-instruct-v1:0'],
    ['deepseek-v3.2', 'deepseek-v3.2', 'deepseek.v3.2'],
    ['gpt-oss-120b', 'gpt-oss-120b', 'openai.gpt-oss-120b-1:0'],
    ['gpt-5.4', 'gpt-5.4', 'openai.gpt-5.4'],
    ['kimi-k2-thinking', 'kimi-k2-thinking', 'moonshot.kimi-k2-thinking'],
  ])('%s is %s, called as %s', (name, model, modelId) => {
    const route = registry().resolve(name);
    expect([route.model.name, route.targets[0]?.modelId]).toEqual([model, modelId]);
    expect(route.thinkingByName).toBe(false);
  });

  it.each(['claude-opus-5-5', 'claude-haiku-4-5-20251001', 'claude-sonnet-4-5'])('%s has a thinking alias', (name) => {
    const service = registry();
    const route = service.resolve(`${name}-thinking`);
    expect(route.thinkingByName).toBe(true);
    expect(route.model).toBe(service.resolve(name).model);
  });

  it.each(['nova-pro-thinking', 'claude-3-opus-thinking', 'kimi-k2-thinking-thinking', '-thinking'])(
    '%s is no name, because the model has no thinking alias',
    (name) => {
      expect(rejection(() => registry().resolve(name))).toMatchObject({ status: 404, code: 'model_not_found' });
    },
  );

  it.each(['constructor', '__proto__', 'toString', ''])('%j is no model', (name) => {
    expect(rejection(() => registry().resolve(name)).status).toBe(404);
  });

  it('use the configured region and preference', () => {
    expect(registry({}, { region: 'eu-central-1' }).resolve('claude-sonnet-4-6').targets).toMatchObject([
      {
        id: 'eu-central-1/eu.anthropic.claude-sonnet-4-6',
        region: 'eu-central-1',
        modelId: 'eu.anthropic.claude-sonnet-4-6',
      },
    ]);
    expect(modelIds(registry({}, { profilePreference: 'global' }), 'claude-sonnet-4-6')).toEqual([
      'global.anthropic.claude-sonnet-4-6',
    ]);
    expect(modelIds(registry({}, { profilePreference: 'region' }), 'nova-pro')).toEqual(['amazon.nova-pro-v1:0']);
    expect(modelIds(registry({}, { region: 'ap-northeast-1' }), 'claude-sonnet-5')).toEqual([
      'jp.anthropic.claude-sonnet-5',
    ]);
  });
});

describe('unknown names', () => {
  it('are rejected with a suggestion', () => {
    expect(rejection(() => registry().resolve('claude-4-6-sonnet'))).toEqual({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      message: expect.stringMatching(/`claude-4-6-sonnet` does not exist.*Did you mean `claude-sonnet-4-6`/),
    });
  });

  it('get suggestions that the key may use only', () => {
    const { message } = rejection(() => registry().resolve('claude-4-6-sonnet', key('claude-haiku-*')));
    expect(message).not.toMatch(/sonnet-4-6/);
  });

  it('are answered by the default model where the settings select it', () => {
    const route = registry({ onUnknown: 'default', default: 'claude-opus-5' }).resolve('gpt-4o');
    expect([route.requested, route.model.name, route.redirectedFrom]).toEqual(['gpt-4o', 'claude-opus-5', undefined]);
  });

  it('do not open the default model to a key it is not for, whatever the name', () => {
    const service = registry({ onUnknown: 'default', default: 'claude-opus-5' });
    expect(rejection(() => service.resolve('claude-haiku-99', key('claude-haiku-*'))).status).toBe(403);
    expect(service.resolve('claude-haiku-99', key('claude-opus-5')).model.name).toBe('claude-opus-5');
  });

  it('are shortened in the message', () => {
    expect(rejection(() => registry().resolve('x'.repeat(1_000_000))).message.length).toBeLessThan(400);
  });
});

describe('retired models', () => {
  it('are rejected by name of their successor under `reject`', () => {
    expect(rejection(() => registry({ onRetired: 'reject' }).resolve('claude-3-5-haiku'))).toEqual({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      message: 'The model `claude-3-5-haiku` was retired on 2026-06-19. Use `claude-haiku-4-5` instead.',
    });
  });

  it('are active until their last day', () => {
    const lastDay = registry({}, {}, new Date('2027-04-08T23:00:00Z')).resolve('claude-sonnet-4-5');
    expect([lastDay.model.name, lastDay.redirectedFrom]).toEqual(['claude-sonnet-4-5', undefined]);
    const dayAfter = registry({}, {}, new Date('2027-04-09T00:00:00Z')).resolve('claude-sonnet-4-5');
    expect([dayAfter.model.name, dayAfter.redirectedFrom?.name]).toEqual(['claude-sonnet-4-6', 'claude-sonnet-4-5']);
  });

  it('are redirected by id as well, in the region of the ARN', () => {
    const arn = 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0';
    const route = registry(ANY_ID).resolve(arn);
    expect(route.redirectedFrom?.name).toBe('claude-3-haiku');
    expect(route.targets).toMatchObject([
      {
        id: 'eu-west-1/eu.anthropic.claude-haiku-4-5-20251001-v1:0',
        region: 'eu-west-1',
        modelId: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0',
      },
    ]);
  });

  it('are called by the requested id under `serve`', () => {
    const id = 'eu.anthropic.claude-3-5-sonnet-20240620-v1:0';
    expect(modelIds(registry({ ...ANY_ID, onRetired: 'serve' }), id)).toEqual([id]);
  });

  it('are answered by what the settings make of their successor', () => {
    const custom = [{ name: 'claude-haiku-4-5', id: PROFILE_ARN, rulesOf: 'claude-haiku-4-5' }];
    expect(registry({ custom }).resolve('claude-3-haiku').targets[0]?.modelId).toBe(PROFILE_ARN);
  });

  it('think if an alias of the settings gives their successor a thinking name', () => {
    const route = registry({ aliases: { 'claude-haiku-4-5': 'claude-sonnet-5-thinking' } }).resolve('claude-3-haiku');
    expect([route.model.name, route.thinkingByName]).toEqual(['claude-sonnet-5', true]);
  });

  it('are rejected if aliases of the settings form a cycle of successors', () => {
    const service = registry({ aliases: { 'claude-sonnet-4-6': 'claude-3-7-sonnet' } });
    expect(rejection(() => service.resolve('claude-3-7-sonnet')).status).toBe(404);
  });
});

describe('Bedrock ids', () => {
  it.each([
    // A profile is called by its own id, in every region.
    ['us.anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6', 'us.anthropic.claude-sonnet-4-6', 'eu-west-1'],
    ['global.anthropic.claude-opus-5', 'claude-opus-5', 'global.anthropic.claude-opus-5', 'eu-west-1'],
    // Bedrock rejects the bare id of a model without on-demand, so a profile is chosen.
    ['anthropic.claude-sonnet-4-6', 'claude-sonnet-4-6', 'eu.anthropic.claude-sonnet-4-6', 'eu-west-1'],
    ['amazon.nova-pro-v1:0', 'nova-pro', 'amazon.nova-pro-v1:0', 'eu-west-1'],
    ['openai.gpt-oss-20b', 'gpt-oss-20b', 'openai.gpt-oss-20b-1:0', 'eu-west-1'],
    [
      'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1',
      'claude-opus-4-6',
      'arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.anthropic.claude-opus-4-6-v1',
      'us-west-2',
    ],
  ])('%s is %s', (id, name, modelId, region) => {
    const route = registry(ANY_ID, { region: 'eu-west-1' }).resolve(id);
    expect(route.model.name).toBe(name);
    expect(route.targets).toHaveLength(1);
    expect(route.targets[0]).toMatchObject({ modelId, region });
  });

  it.each(['inference-profile/us.anthropic.claude-opus-4-6-v1', 'imported-model/a1'])(
    'are unknown in an invalid region: %s',
    (resource) => {
      const arn = `arn:aws:bedrock:evil:123456789012:${resource}`;
      expect(() => registry(ANY_ID).resolve(arn)).toThrow(
        expect.objectContaining({ status: 404, code: 'model_not_found' }),
      );
    },
  );

  it('give an unknown Claude model the newest rules', () => {
    const { model, targets } = registry(ANY_ID).resolve('us.anthropic.claude-opus-9');
    expect(model).toMatchObject({ name: 'us.anthropic.claude-opus-9', provider: 'anthropic' });
    expect(model.rules).toMatchObject({ maxOutputTokens: 128_000, sampling: 'none', prefill: false });
    expect(model.rules.thinking).toMatchObject({ adaptive: true, budget: false });
    expect(targets[0]?.modelId).toBe('us.anthropic.claude-opus-9');
  });

  it.each([
    ['mistral.new-model-v1:0', 'mistral'],
    ['eu.amazon.nova-9-v1:0', 'nova'],
    ['amazon.nova-2-pro-v1:0', 'nova-2'],
    ['openai.gpt-oss-500b', 'gpt-oss'],
    ['openai.gpt-7', 'gpt'],
    ['cohere.command-r-v1:0', 'other'],
    ['arn:aws:bedrock:us-east-1:123456789012:imported-model/a1', 'other'],
    ['arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/a1', 'other'],
    ['arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/meta.llama:1', 'other'],
    ['arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine', 'other'],
    ['arn:aws:bedrock:us-east-1:123456789012:provisioned-model/a1', 'claude'],
    [PROFILE_ARN, 'claude'],
  ])('%s gets the rules of %s', (id, family) => {
    const route = registry(ANY_ID).resolve(id);
    expect(route.model.rules.family).toBe(family);
    expect(route.targets[0]?.modelId).toBe(id);
  });

  it('send an ARN to its own region', () => {
    expect(registry(ANY_ID).resolve(PROFILE_ARN).targets).toMatchObject([
      { id: 'eu-west-1/application-inference-profile/a1b2c3', region: 'eu-west-1', modelId: PROFILE_ARN },
    ]);
  });

  it('have a thinking alias if the table contains the model', () => {
    const route = registry(ANY_ID).resolve('us.anthropic.claude-sonnet-4-6-thinking');
    expect([route.thinkingByName, route.targets[0]?.modelId]).toEqual([true, 'us.anthropic.claude-sonnet-4-6']);
  });

  it.each(['us.anthropic.claude-sonnet-4-6', 'anthropic.claude-opus-9', PROFILE_ARN])(
    '%s is rejected with the name of the setting if ids are not allowed, even with a default model',
    (id) => {
      const failure = rejection(() => registry({ allowBedrockIds: 'none', onUnknown: 'default' }).resolve(id));
      expect(failure).toMatchObject({ status: 404, code: 'model_not_found' });
      expect(failure.message).toContain('models.allowBedrockIds');
    },
  );
});

describe('aliases of the settings', () => {
  it('can form chains, and lead to thinking names and ids', () => {
    const aliases = {
      'gpt-4o': 'smart',
      smart: 'claude-opus-5',
      deep: 'smart-thinking',
      pinned: 'global.anthropic.claude-sonnet-5',
    };
    const service = registry({ aliases, allowBedrockIds: 'none' });
    expect(service.resolve('gpt-4o')).toMatchObject({ requested: 'gpt-4o', model: { name: 'claude-opus-5' } });
    expect(service.resolve('deep')).toMatchObject({ model: { name: 'claude-opus-5' }, thinkingByName: true });
    expect(service.resolve('smart-thinking').thinkingByName).toBe(true);
    expect(service.resolve('smart').thinkingByName).toBe(false);
    expect(modelIds(service, 'pinned')).toEqual(['global.anthropic.claude-sonnet-5']);
  });

  it('take precedence over the table', () => {
    const route = registry({ aliases: { 'claude-3-7-sonnet': 'claude-sonnet-5-5' } }).resolve('claude-3-7-sonnet');
    expect([route.model.name, route.redirectedFrom]).toEqual(['claude-sonnet-5-5', undefined]);
  });

  it('cannot form a cycle', () => {
    expect(() => registry({ aliases: { a: 'b', b: 'c', c: 'a' } })).toThrow(
      'models.aliases form a cycle: a -> b -> c -> a',
    );
    expect(() => registry({ aliases: { a: 'a-thinking' } })).toThrow('form a cycle');
  });

  it('must lead to a model', () => {
    expect(() => registry({ aliases: { fast: 'claude-haiku-4.5' } })).toThrow(
      /models\.aliases: fast -> claude-haiku-4\.5.*did you mean claude-haiku-4-5/,
    );
  });
});

describe('custom models', () => {
  const custom = [{ name: 'team-opus', id: PROFILE_ARN, rulesOf: 'claude-opus-4-6' }];

  it('have the rules and price of the model in `like`, at their own id and region', () => {
    const service = registry({ custom });
    const { model, targets } = service.resolve('team-opus');
    const like = service.resolve('claude-opus-4-6').model;
    expect(model).toMatchObject({
      name: 'team-opus',
      provider: 'anthropic',
      price: listPriceOf('anthropic.claude-opus-4-6-v1'),
    });
    expect(model.rules).toBe(like.rules);
    const free = registry({ custom: [{ ...custom[0]!, price: 0 }] }).resolve('team-opus').model;
    expect([model.price?.isFree, free.price?.isFree]).toEqual([undefined, true]);
    expect(targets).toMatchObject([
      { id: 'eu-west-1/application-inference-profile/a1b2c3', region: 'eu-west-1', modelId: PROFILE_ARN },
    ]);
    expect(service.resolve('team-opus-thinking').thinkingByName).toBe(true);
  });

  it('determine the model of an ARN', () => {
    expect(registry({ custom }).resolve(PROFILE_ARN).model.rules.sampling).toBe('one');
  });

  it('can be in a region that their id does not show', () => {
    const elsewhere = [{ name: 'us-nova', id: 'us.amazon.nova-pro-v1:0', rulesOf: 'nova-pro', region: 'us-west-2' }];
    expect(registry({ custom: elsewhere }).resolve('us-nova').targets[0]?.region).toBe('us-west-2');
  });

  it('outlive the model they are like', () => {
    const old = [{ name: 'old', id: 'my.imported-claude', rulesOf: 'claude-3-haiku' }];
    expect(registry({ custom: old }).resolve('old').redirectedFrom).toBeUndefined();
  });

  it('have to be like something, and to differ', () => {
    expect(() => registry({ custom: [{ name: 'x', id: 'y.z', rulesOf: 'claude-9' }] })).toThrow(
      'models.custom: "x" has rulesOf "claude-9"',
    );
    expect(() => registry({ custom: [...custom, ...custom] })).toThrow('occurs twice');
  });

  it('can be the default', () => {
    expect(registry({ custom, default: 'team-opus', onUnknown: 'default' }).resolve('gpt-4o').model.name).toBe(
      'team-opus',
    );
    expect(() => registry({ default: 'team-opus' })).toThrow('models.default');
  });
});

describe('a request without a model', () => {
  it.each([undefined, null])('%s uses models.default', (name) => {
    const route = registry().resolve(name);
    expect(route).toMatchObject({ requested: 'claude-3-7-sonnet', model: { name: 'claude-sonnet-4-6' } });
    expect(route.redirectedFrom?.name).toBe('claude-3-7-sonnet');
    expect(registry({ default: 'claude-opus-5-thinking' }).resolve(name)).toMatchObject({ thinkingByName: true });
  });

  it('is rejected if the key may not use the default, with its name', () => {
    expect(registry().resolve(undefined, key('claude-sonnet-*')).model.name).toBe('claude-sonnet-4-6');
    const failure = rejection(() => registry().resolve(undefined, key('nova-*')));
    expect(failure).toMatchObject({ status: 403, code: 'permission_denied', param: 'model' });
    expect(failure.message).toContain('`claude-3-7-sonnet`');
  });

  it('is rejected without a default', () => {
    const failure = rejection(() => registry({ default: 'none' }).resolve(null));
    expect(failure).toMatchObject({ status: 400, param: 'model' });
    expect(rejection(() => registry({ default: 'none' }).resolve('gpt-4o')).status).toBe(404);
  });

  it('differs from unknown and empty names, which get 404', () => {
    for (const name of ['gpt-4o', '']) expect(rejection(() => registry().resolve(name)).status).toBe(404);
  });
});

describe('a default that cannot answer', () => {
  it.each([
    [{ default: 'claude-9' }, 'the model "claude-9" does not exist'],
    [{ default: 'titan-embed-text-v2' }, 'is an embedding model'],
    [{ default: 'none', onUnknown: 'default' }, 'models.onUnknown'],
  ] as const)('%j stops the start', (models, reason) => {
    expect(() => registry(models)).toThrow(reason);
  });

  it.each([
    [{ onRetired: 'reject' }, true],
    [{ onRetired: 'reject', default: 'claude-opus-5' }, false],
    [{ onRetired: 'reject', default: 'none' }, false],
    [{ onRetired: 'serve' }, false],
    [{}, false],
    [{ aliases: { 'claude-sonnet-4-6': 'claude-3-7-sonnet' } }, true],
  ] as const)('%j is found by the check: %s', (models, isRefused) => {
    const config = new GatewayConfig();
    Object.assign(config.models, models);
    const prove = () => new ModelCatalog({ config }, () => TODAY).checkDefault();
    if (isRefused) expect(prove).toThrow(/^models\.default: The model `claude-3-7-sonnet` was retired on 2026-04-28/);
    else expect(prove).not.toThrow();
  });
});

describe('allow-lists', () => {
  it.each([
    // requested name, allowed names, whether the request is served
    ['claude-haiku-4-5', ['claude-haiku-*'], true],
    ['claude-haiku-4-5-20251001', ['claude-haiku-4-5'], true],
    ['claude-haiku-4-5', ['claude-haiku-4-5-20251001'], true],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', ['claude-haiku-4-5'], true],
    ['us.anthropic.claude-opus-5', ['claude-haiku-*'], false],
    ['us.anthropic.claude-opus-5', ['us.anthropic.*'], true],
    ['claude-opus-5', ['us.anthropic.*'], false],
    [PROFILE_ARN, ['claude-*'], false],
    [PROFILE_ARN, ['*a1b2c3'], false],
    [PROFILE_ARN, ['a*'], false],
    [PROFILE_ARN, [PROFILE_ARN], true],
    [PROFILE_ARN, ['*'], true],
    ['arn:aws:bedrock:us-east-1:123456789012:imported-model/claude-haiku', ['*claude-haiku*'], false],
    ['us.anthropic.claude-haiku-99', ['*haiku*'], false],
    ['us.anthropic.claude-haiku-99', ['us.anthropic.claude-haiku-*'], true],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0-thinking', ['us.anthropic.claude-haiku-4-5-20251001-v1:0'], true],
    [PROFILE_ARN, ['arn:aws:bedrock:eu-west-1:*'], true],
    // A redirect serves keys for the old name and keys for the new one.
    ['claude-3-7-sonnet', ['claude-3-7-sonnet'], true],
    ['claude-3-7-sonnet', ['claude-sonnet-4-6'], true],
    ['claude-3-7-sonnet', ['claude-opus-*'], false],
    ['claude-3-7-sonnet-thinking', ['claude-3-7-sonnet-thinking'], true],
    ['claude-3-7-sonnet-thinking', ['claude-3-7-sonnet'], true],
    ['claude-3-7-sonnet', ['claude-3-7-sonnet-thinking'], false],
    ['cheap', ['cheap'], true],
    ['cheap', ['claude-haiku-*'], false],
    ['cheap', ['nova-*'], true],
  ])('%s with %j: %s', (name, models, served) => {
    const service = registry({ ...ANY_ID, aliases: { cheap: 'nova-micro' } });
    if (served) expect(service.resolve(name, key(...models)).requested).toBe(name);
    else {
      expect(rejection(() => service.resolve(name, key(...models)))).toMatchObject({
        status: 403,
        code: 'permission_denied',
        param: 'model',
      });
    }
  });
});

describe('the list of models', () => {
  const ids = (service: ModelRegistryService, caller?: Caller) => service.list(caller).map(({ id }) => id);

  it('contains active models once each, with their thinking aliases, and no aliases with dates', () => {
    const listed = ids(registry());
    expect(listed).toEqual(expect.arrayContaining(['claude-opus-5-5', 'claude-sonnet-4-5', 'nova-pro', 'gpt-oss-20b']));
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(expect.arrayContaining(['claude-opus-5-5-thinking', 'claude-sonnet-4-5-thinking']));
    expect(listed).not.toContain('nova-pro-thinking');
    expect(listed).not.toContain('claude-haiku-4-5-20251001');
  });

  const ORIGINAL_NAMES = [
    'claude-3-7-sonnet',
    'claude-3-7-sonnet-thinking',
    'claude-3-opus',
    'claude-3-5-sonnet',
    'claude-3-sonnet',
    'claude-3-haiku',
    'claude-2',
    'claude-instant',
  ];

  it.each(['redirect', 'serve'] as const)('has retired names as long as %s answers for them', (retired) => {
    const service = registry({ onRetired: retired });
    expect(ids(service)).toEqual(expect.arrayContaining(ORIGINAL_NAMES));
    for (const name of ids(service)) expect(service.resolve(name).requested).toBe(name);
    const { card, requested: asked } = service.list().find(({ id }) => id === 'claude-3-7-sonnet-thinking')!;
    expect(asked.name).toBe('claude-3-7-sonnet');
    expect(card.name).toBe(retired === 'redirect' ? 'claude-sonnet-4-6' : 'claude-3-7-sonnet');
  });

  it.each([{ onRetired: 'reject' }, { listRetired: false }] as const)('has no retired names with %j', (models) => {
    const listed = ids(registry(models));
    expect(ORIGINAL_NAMES.filter((name) => listed.includes(name))).toEqual([]);
    expect(ids(registry({ ...models, aliases: { old: 'claude-opus-4-5' } }))).toContain('old');
  });

  it('removes a model on the day after its last, if retired names are hidden', () => {
    const on = (day: string) => ids(registry({ listRetired: false }, {}, new Date(`${day}T12:00:00Z`)));
    expect(on('2027-01-08')).toContain('claude-opus-4-1-thinking');
    expect(on('2027-01-09')).not.toContain('claude-opus-4-1');
    expect(on('2027-01-09')).not.toContain('claude-opus-4-1-thinking');
  });

  it('has aliases and custom models of the settings, showing who answers', () => {
    const custom = [{ name: 'team-opus', id: PROFILE_ARN, rulesOf: 'claude-opus-4-6' }];
    const service = registry({ custom, aliases: { 'gpt-4o': 'claude-opus-5', old: 'claude-3-opus' } });
    expect(ids(service)).toEqual(expect.arrayContaining(['team-opus', 'gpt-4o', 'old']));
    const cardOf = (id: string) => service.list().find((listing) => listing.id === id)?.card.name;
    expect([cardOf('gpt-4o'), cardOf('old')]).toEqual(['claude-opus-5', 'claude-opus-4-6']);
  });

  it('leaves out aliases that are rejected', () => {
    expect(ids(registry({ aliases: { old: 'claude-3-opus' }, onRetired: 'reject' }))).not.toContain('old');
  });

  it('contains the models that the key may use', () => {
    const service = registry({ ...ANY_ID, aliases: { cheap: 'nova-micro' } });
    expect(ids(service, key('nova-m*')).toSorted()).toEqual(['cheap', 'nova-micro']);
    expect(ids(service, key('cheap'))).toEqual(['cheap']);
  });
});

describe('finding one model', () => {
  it('accepts every name that requests accept', () => {
    const service = registry();
    expect(service.find('claude-haiku-4-5-20251001').card.name).toBe('claude-haiku-4-5');
    expect(service.find('us.anthropic.claude-opus-5')).toMatchObject({
      id: 'us.anthropic.claude-opus-5',
      card: { name: 'claude-opus-5' },
    });
    expect(service.find('claude-3-opus')).toMatchObject({ id: 'claude-3-opus', card: { name: 'claude-opus-4-6' } });
  });

  it('knows nothing of models that are not for the key, nor of unknown ones', () => {
    const service = registry({ onUnknown: 'default' });
    expect(rejection(() => service.find('claude-opus-5', key('nova-*'))).status).toBe(404);
    expect(rejection(() => service.find('gpt-4o')).status).toBe(404);
  });

  it('names the successor of a rejected one', () => {
    expect(rejection(() => registry({ onRetired: 'reject' }).find('claude-2')).message).toContain('claude-haiku-4-5');
  });
});
