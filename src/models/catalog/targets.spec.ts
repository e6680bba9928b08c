import { describe, expect, it } from '@jest/globals';
import { CLAUDE_3 } from '../rules/claude-rules.ts';
import { geographyOf } from '../names/geography.ts';
import type { Model } from '../types/model.ts';
import { type ProfilePreference, targetForId, targetInRegion } from './targets.ts';

function model(prefixes: string, reach: 'on demand' | 'profiles only'): Model {
  return {
    name: 'm',
    displayName: 'M',
    provider: 'v',
    id: 'v.m',
    aliases: [],
    prefixes: prefixes.split(' ').filter(Boolean),
    onDemand: reach === 'on demand',
    rules: CLAUDE_3,
    lifecycle: {},
  };
}

describe('the geography of a region', () => {
  it.each([
    ['us-east-1', ['us']],
    ['us-west-2', ['us']],
    ['us-gov-west-1', ['us-gov']],
    ['ca-central-1', ['ca', 'us']],
    ['eu-central-2', ['eu']],
    ['ap-southeast-2', ['au', 'apac']],
    ['ap-southeast-4', ['au', 'apac']],
    ['ap-southeast-1', ['apac']],
    ['ap-northeast-1', ['jp', 'apac']],
    ['ap-northeast-3', ['jp', 'apac']],
    ['ap-northeast-2', ['apac']],
    ['ap-south-1', ['in', 'apac']],
    ['ap-south-2', ['in', 'apac']],
    ['ap-east-1', ['apac']],
    ['me-central-1', []],
    ['af-south-1', []],
    ['sa-east-1', []],
    ['il-central-1', []],
    ['cn-north-1', []],
  ])('%s', (region, prefixes) => {
    expect(geographyOf(region)).toEqual(prefixes);
  });
});

describe('the id that a model is called by', () => {
  const everywhere = 'us eu apac au jp in ca us-gov global';

  it.each<[string, Model, ProfilePreference, string]>([
    // The geography first, then the other profiles.
    ['eu-west-1', model(everywhere, 'profiles only'), 'geo', 'eu.v.m'],
    ['ca-central-1', model('us global', 'profiles only'), 'geo', 'us.v.m'],
    ['ap-southeast-2', model('apac global', 'profiles only'), 'geo', 'apac.v.m'],
    ['ap-southeast-2', model('apac au global', 'profiles only'), 'geo', 'au.v.m'],
    ['eu-west-1', model('us global', 'on demand'), 'geo', 'v.m'],
    ['eu-west-1', model('us global', 'profiles only'), 'geo', 'global.v.m'],
    ['sa-east-1', model('us global', 'profiles only'), 'geo', 'global.v.m'],
    ['eu-west-1', model('us', 'profiles only'), 'geo', 'v.m'],
    // The global profile first.
    ['eu-west-1', model(everywhere, 'on demand'), 'global', 'global.v.m'],
    ['eu-west-1', model('eu', 'on demand'), 'global', 'eu.v.m'],
    ['eu-west-1', model('us', 'on demand'), 'global', 'v.m'],
    // The region itself first.
    ['eu-west-1', model(everywhere, 'on demand'), 'region', 'v.m'],
    ['eu-west-1', model(everywhere, 'profiles only'), 'region', 'eu.v.m'],
    ['eu-west-1', model('us global', 'profiles only'), 'region', 'global.v.m'],
    // GovCloud and China have no global profiles.
    ['us-gov-west-1', model(everywhere, 'profiles only'), 'global', 'us-gov.v.m'],
    ['us-gov-west-1', model('us global', 'profiles only'), 'geo', 'v.m'],
    ['cn-north-1', model('us global', 'profiles only'), 'global', 'v.m'],
  ])('%s, case %#', (region, card, preference, modelId) => {
    const profile = modelId === 'v.m' ? 'on-demand' : modelId.replace('.v.m', '');
    expect(targetInRegion(card, region, preference)).toEqual({ id: `${region}/${modelId}`, region, modelId, profile });
  });

  it('is that of a geography that the table lacks, if the account has it', () => {
    expect(targetInRegion(model('latam global', 'profiles only'), 'sa-east-1', 'geo').profile).toBe('latam');
    expect(targetInRegion(model('latam global', 'profiles only'), 'sa-east-1', 'global').profile).toBe('global');
    expect(targetInRegion(model('eu latam', 'profiles only'), 'eu-west-1', 'geo').profile).toBe('eu');
  });

  it('omits the account of an ARN in the label', () => {
    const arn = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc';
    expect(targetForId('eu-west-1', arn)).toEqual({
      id: 'eu-west-1/application-inference-profile/abc',
      region: 'eu-west-1',
      modelId: arn,
    });
  });

  it.each([
    ['us.anthropic.claude-opus-5', 'us'],
    ['anthropic.claude-v2:1', 'on-demand'],
    ['arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-5', 'eu'],
    ['arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-pro-v1:0', 'on-demand'],
    ['arn:aws:bedrock:eu-west-1:123456789012:provisioned-model/abc', undefined],
  ])('%s has the profile %s', (modelId, profile) => {
    expect(targetForId('eu-west-1', modelId).profile).toBe(profile);
  });

  it('keeps the version in the label', () => {
    expect(targetForId('us-east-1', 'anthropic.claude-v2:1').id).toBe('us-east-1/anthropic.claude-v2:1');
  });
});
