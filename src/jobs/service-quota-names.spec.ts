import { describe, expect, it } from '@jest/globals';
import { CHAT_MODELS } from '../models/table/model-table.ts';
import { quotaRulesFrom } from './service-quota-names.ts';
import type { QuotaRule } from '../routing/quotas/quota-rule.ts';
import type { ServiceQuota } from '../bedrock/control-plane/service-quotas.ts';

function read(...quotas: [name: string, value: number][]): QuotaRule[] {
  const listed: ServiceQuota[] = quotas.map(([name, value]) => ({ name, value }));
  return quotaRulesFrom(listed, CHAT_MODELS, { region: 'us-east-1' });
}

/** Names in the spelling of Service Quotas between 2025 and 2026-10. */
describe('the name of a quota', () => {
  it.each<[string, string, string, string]>([
    [
      'Cross-region model inference tokens per minute for Anthropic Claude Opus 5.5',
      'claude-opus-5-5',
      'geo',
      'tokensPerMinute',
    ],
    [
      'Global cross-region model inference tokens per minute for Anthropic Claude Opus 5.5',
      'claude-opus-5-5',
      'global',
      'tokensPerMinute',
    ],
    [
      'Global cross-Region model inference tokens per minute for Anthropic Claude Opus 5',
      'claude-opus-5',
      'global',
      'tokensPerMinute',
    ],
    [
      'Cross-region model inference tokens per minute for Anthropic Claude Fable 5',
      'claude-fable-5',
      'geo',
      'tokensPerMinute',
    ],
    [
      'Cross-region model inference tokens per minute for Anthropic Claude Fable 5.1',
      'claude-fable-5-1',
      'geo',
      'tokensPerMinute',
    ],
    [
      'Cross-Region InvokeModel tokens per minute for Anthropic Claude Opus 4.1',
      'claude-opus-4-1',
      'geo',
      'tokensPerMinute',
    ],
    [
      'Cross-region model inference tokens per minute for Anthropic Claude Opus 4.6 V1',
      'claude-opus-4-6',
      'geo',
      'tokensPerMinute',
    ],
    [
      'Cross-region model inference requests per minute for Anthropic Claude Haiku 4.5',
      'claude-haiku-4-5',
      'geo',
      'requestsPerMinute',
    ],
    [
      'Global cross-region model inference tokens per day for Anthropic Claude Sonnet 4.5 V1',
      'claude-sonnet-4-5',
      'global',
      'tokensPerDay',
    ],
    [
      'On-demand model inference tokens per minute for Anthropic Claude Sonnet 4.6',
      'claude-sonnet-4-6',
      'on-demand',
      'tokensPerMinute',
    ],
    [
      'Cross-region model inference tokens per minute for Anthropic Claude 3.7 Sonnet V1',
      'claude-3-7-sonnet',
      'geo',
      'tokensPerMinute',
    ],
    [
      'On-demand InvokeModel tokens per minute for Anthropic Claude 3.5 Sonnet',
      'claude-3-5-sonnet',
      'on-demand',
      'tokensPerMinute',
    ],
    [
      'On-demand InvokeModel tokens per minute for Anthropic Claude 3.5 Sonnet V2',
      'claude-3-5-sonnet-v2',
      'on-demand',
      'tokensPerMinute',
    ],
    [
      'InvokeModel requests per minute for Anthropic Claude 3 Haiku',
      'claude-3-haiku',
      'on-demand',
      'requestsPerMinute',
    ],
    ['On-demand model inference tokens per minute for Amazon Nova Pro', 'nova-pro', 'on-demand', 'tokensPerMinute'],
    [
      'Global cross-region model inference tokens per minute for Amazon Nova 2 Lite',
      'nova-2-lite',
      'global',
      'tokensPerMinute',
    ],
    [
      'On-demand model inference tokens per minute for Meta Llama 3.1 70B Instruct',
      'llama3-1-70b-instruct',
      'on-demand',
      'tokensPerMinute',
    ],
    ['Cross-region model inference tokens per minute for DeepSeek R1 V1', 'deepseek-r1', 'geo', 'tokensPerMinute'],
    ['Cross-region model inference tokens per minute for OpenAI GPT-5.6 Sol', 'gpt-5.6-sol', 'geo', 'tokensPerMinute'],
    [
      'On-demand model inference tokens per minute for OpenAI gpt-oss-120b',
      'gpt-oss-120b',
      'on-demand',
      'tokensPerMinute',
    ],
  ])('%s', (name, model, profile, limit) => {
    expect(read([name, 1_000])).toEqual([{ model, region: 'us-east-1', account: '', profile, [limit]: 1_000 }]);
  });

  it('for a day of one model applies to regions, and twice to their geography', () => {
    const name =
      'Model invocation max tokens per day for Anthropic Claude Sonnet 4 V1 (doubled for cross-region calls)';
    expect(read([name, 500])).toEqual([
      { model: 'claude-sonnet-4', region: 'us-east-1', account: '', profile: 'on-demand', tokensPerDay: 500 },
      { model: 'claude-sonnet-4', region: 'us-east-1', account: '', profile: 'geo', tokensPerDay: 1_000 },
    ]);
  });

  it.each([
    'Batch inference job size (in GB) for Claude Opus 5',
    'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1 1M Context Length',
    'On-demand latency-optimized model inference tokens per minute for Anthropic Claude 3.5 Haiku',
    'Bedrock Mantle input tokens per minute for Anthropic Claude Opus 5',
    'On-demand model inference input tokens per minute for Anthropic Claude Opus 5',
    'Cross-region model inference tokens per minute for Anthropic Claude Opus 7',
    'Cross-Model Max Tokens Per Day',
    'Records per batch inference job for Amazon Nova Pro',
    '',
  ])('is not used: %s', (name) => {
    expect(read([name, 1_000])).toEqual([]);
  });

  it('with value 0 gives no rule, because Bedrock rejects such requests itself', () => {
    expect(read(['Cross-region model inference tokens per minute for Anthropic Claude Opus 5', 0])).toEqual([]);
  });

  it('matches every model of the table by its own name, and no two models by the same name', () => {
    const lost = CHAT_MODELS.filter(({ name, displayName }) => {
      const rules = read([`Cross-region model inference tokens per minute for ${displayName}`, 7]);
      return rules[0]?.model !== name;
    });
    expect(lost.map(({ name }) => name)).toEqual([]);
  });
});
