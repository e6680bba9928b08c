import { describe, expect, it } from '@jest/globals';
import { parseBedrockId } from './bedrock-id.ts';

const ACCOUNT = 'arn:aws:bedrock:us-west-2:123456789012';

describe('parsing a Bedrock id', () => {
  it.each([
    ['anthropic.claude-v2:1', { foundationId: 'anthropic.claude-v2:1' }],
    ['us.anthropic.claude-sonnet-4-6', { prefix: 'us', foundationId: 'anthropic.claude-sonnet-4-6' }],
    ['us-gov.openai.gpt-oss-20b-1:0', { prefix: 'us-gov', foundationId: 'openai.gpt-oss-20b-1:0' }],
    ['global.amazon.nova-2-lite-v1:0', { prefix: 'global', foundationId: 'amazon.nova-2-lite-v1:0' }],
    ['apac.amazon.nova-pro-v1:0', { prefix: 'apac', foundationId: 'amazon.nova-pro-v1:0' }],
    ['mx.anthropic.claude-future-9', { prefix: 'mx', foundationId: 'anthropic.claude-future-9' }],
    ['deepseek.v3.2', { foundationId: 'deepseek.v3.2' }],
    ['ai21.jamba-1-5-large-v1:0', { foundationId: 'ai21.jamba-1-5-large-v1:0' }],
    ['xai.grok-4.3', { foundationId: 'xai.grok-4.3' }],
  ])('%s', (text, expected) => {
    expect(parseBedrockId(text)).toEqual(expected);
  });

  it.each([
    [
      'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0',
      {
        resource: 'foundation-model',
        region: 'eu-west-1',
        foundationId: 'anthropic.claude-3-haiku-20240307-v1:0',
      },
    ],
    [
      'arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-x',
      {
        resource: 'inference-profile',
        region: 'us-gov-west-1',
        prefix: 'us-gov',
        foundationId: 'anthropic.claude-x',
      },
    ],
    [
      `${ACCOUNT}:application-inference-profile/a1b2`,
      { resource: 'application-inference-profile', region: 'us-west-2' },
    ],
    [`${ACCOUNT}:provisioned-model/a1b2`, { resource: 'provisioned-model', region: 'us-west-2' }],
    [`${ACCOUNT}:imported-model/a1b2`, { resource: 'imported-model', region: 'us-west-2' }],
    [`${ACCOUNT}:custom-model-deployment/a1b2`, { resource: 'custom-model-deployment', region: 'us-west-2' }],
    [`${ACCOUNT}:default-prompt-router/anthropic.claude:1`, { resource: 'default-prompt-router', region: 'us-west-2' }],
    ['arn:aws:sagemaker:us-west-2:123456789012:endpoint/mine', { resource: 'endpoint', region: 'us-west-2' }],
  ])('%s', (text, expected) => {
    expect(parseBedrockId(text)).toEqual(expected);
  });

  it.each([
    'gpt-5.4',
    'claude-2.1',
    'claude-sonnet-4-6',
    'claude-sonnet-4.5',
    'kimi-k2.5',
    'anthropic/claude-sonnet-4-5',
    'anthropic.claude with blanks',
    'anthropic.claude\nx',
    'arn:aws:s3:::bucket/key',
    'arn:aws:bedrock:us-west-2:123:nothing',
    '',
    `anthropic.${'c'.repeat(2_048)}`,
  ])('returns undefined for %j', (text) => {
    expect(parseBedrockId(text)).toBeUndefined();
  });
});
