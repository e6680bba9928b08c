import { describe, expect, it } from '@jest/globals';
import { GatewayConfig, type ModelsConfig } from '../../config/gateway-config.ts';
import { ModelRegistryService } from '../model-registry.service.ts';
import type { Caller } from '../../request/caller.ts';

const TODAY = new Date('2026-11-22T12:00:00Z');
const key = (...models: string[]): Caller => ({ name: 'key', id: 'key', models });

function registry(models: Partial<ModelsConfig> = {}) {
  const config = new GatewayConfig();
  Object.assign(config.models, models);
  return new ModelRegistryService(config, () => TODAY);
}

describe('the suffix [1m]', () => {
  it.each([
    'claude-sonnet-4-6',
    'claude-sonnet-4-5-thinking',
    'claude-3-7-sonnet',
    'mine',
    'us.anthropic.claude-sonnet-4-6',
    'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6',
  ])('changes only the context of %s', (name) => {
    const service = registry({ aliases: { mine: 'claude-opus-4-8' } });
    expect(service.resolve(`${name}[1m]`)).toEqual({
      ...service.resolve(name),
      requested: `${name}[1m]`,
      longContext: true,
    });
    expect(service.find(`${name}[1m]`).card).toEqual(service.find(name).card);
    expect(service.find(`${name}[1m]`).id).toBe(`${name}[1m]`);
  });

  it('is ignored by the list of a key', () => {
    const service = registry();
    expect(service.resolve('claude-opus-4-8[1m]', key('claude-opus-4-8')).longContext).toBe(true);
    expect(() => service.resolve('claude-opus-4-8[1m]', key('claude-sonnet-*'))).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });

  it('does not affect the rejection of unknown names and ids', () => {
    expect(() => registry().resolve('sonnet[1m]')).toThrow(expect.objectContaining({ status: 404 }));
    const closed = registry({ allowBedrockIds: 'none', onUnknown: 'default' });
    expect(() => closed.resolve('us.anthropic.claude-sonnet-4-6[1m]')).toThrow(
      expect.objectContaining({ status: 404 }),
    );
  });

  it('can be part of a name of the settings', () => {
    const service = registry({ aliases: { 'sonnet[1m]': 'claude-sonnet-4-6' } });
    expect(service.resolve('sonnet[1m]').model.name).toBe('claude-sonnet-4-6');
    expect(service.resolve('sonnet[1m]').longContext).toBeUndefined();
  });
});
