import { describe, expect, it } from '@jest/globals';
import { buildConfig } from '../../../config/load-config.ts';
import { ModelRegistryService } from '../../../models/model-registry.service.ts';
import { OutputDefault } from './output-default.ts';
import { QuotaRules } from '../quota-rules.ts';

function tokensFor(
  name: string,
  settings = '',
  discovered: readonly { model: string; tokensPerMinute: number }[] = [],
) {
  const config = buildConfig({
    file: { path: 'test.yaml', text: `${settings}\nserver: {port: 1}` },
    environment: { GATEWAY__BEDROCK__REGION: 'us-east-1' },
    readFile: () => '',
  });
  const rules = new QuotaRules(config);
  if (discovered.length > 0) rules.learn('us-east-1', discovered);
  return new OutputDefault(config, rules).tokensFor(new ModelRegistryService(config).resolve(name));
}

const limits = (...entries: string[]): string => `bedrock: {quotas: {limits: [${entries.join(', ')}]}}`;

describe('models.defaultMaxTokens: auto', () => {
  it.each([
    ['claude-opus-5-5', 32_000],
    ['claude-opus-4-1', 32_000],
    ['nova-pro', 10_000],
    ['nova-2-lite', 32_000],
    ['ministral-3-8b-instruct', 4_096],
    ['us.anthropic.claude-opus-9', 32_000],
    ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1', 4_096],
    ['us.amazon.nova-9-v1:0', 4_096],
    ['acme.model-v1:0', 4_096],
  ])('is for %s %i tokens without quotas', (name, expected) => {
    expect(tokensFor(name, 'models: {allowBedrockIds: all}')).toBe(expected);
  });

  it.each([
    [1_000_000, 32_000],
    [200_000, 20_000],
    [200_005, 20_000],
    [30_000, 4_096],
  ])('is a tenth of %i tokens per minute: %i', (tokensPerMinute, expected) => {
    const entry = `{model: claude-opus-5-5, tokensPerMinute: ${tokensPerMinute}}`;
    expect(tokensFor('claude-opus-5-5', limits(entry))).toBe(expected);
    expect(tokensFor('claude-opus-5-5', '', [{ model: 'claude-opus-5-5', tokensPerMinute }])).toBe(expected);
    expect(tokensFor('claude-sonnet-5', limits(entry))).toBe(32_000);
    expect(tokensFor('nova-micro', limits(`{model: nova-micro, tokensPerMinute: 5000}`))).toBe(4_096);
  });

  it('depends on the smallest token quota of the targets, and not on quotas of requests or days', () => {
    const settings = `bedrock:
  targets: [{region: us-east-1}, {region: eu-west-1}]
  quotas:
    shareAmongReplicas: 4
    limits:
      - {model: claude-opus-5-5, region: us-east-1, tokensPerMinute: 300000}
      - {model: claude-opus-5-5, region: eu-west-1, tokensPerMinute: 100000, requestsPerMinute: 5}
      - {model: "*", tokensPerDay: 1000}`;
    expect(tokensFor('claude-opus-5-5', settings)).toBe(10_000);
  });

  it.each([1, 4_096, 100_000])('is replaced by the setting %i', (number) => {
    const entry = '{model: claude-opus-5-5, tokensPerMinute: 50000}';
    const settings = `models: {defaultMaxTokens: ${number}}\n${limits(entry)}`;
    expect(tokensFor('claude-opus-5-5', settings)).toBe(number);
  });

  it.each(['0', 'most', '1.5', '"4096"'])('rejects the setting %s', (value) => {
    expect(() => tokensFor('claude-opus-5-5', `models: {defaultMaxTokens: ${value}}`)).toThrow(
      'models.defaultMaxTokens',
    );
  });
});
