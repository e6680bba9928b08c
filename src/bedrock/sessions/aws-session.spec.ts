import { describe, expect, it } from '@jest/globals';
import { AwsSession, type AwsSessionSettings } from './aws-session.ts';

const originOf = async (settings: AwsSessionSettings) => (await new AwsSession(settings).controlOrigin()).origin;

describe('the endpoint of the control plane', () => {
  it.each<[string, AwsSessionSettings, string]>([
    ["the region's own", { region: 'eu-west-1' }, 'https://bedrock.eu-west-1.amazonaws.com'],
    ['the endpoint of its partition', { region: 'cn-north-1' }, 'https://bedrock.cn-north-1.amazonaws.com.cn'],
    [
      'the FIPS endpoint of the control plane',
      { region: 'us-east-1', endpoint: 'https://bedrock-runtime-fips.us-east-1.amazonaws.com' },
      'https://bedrock-fips.us-east-1.amazonaws.com',
    ],
    [
      'the override of the runtime, because one port may serve both',
      { region: 'us-east-1', endpoint: 'http://127.0.0.1:8090' },
      'http://127.0.0.1:8090',
    ],
    [
      'its own override',
      { region: 'us-east-1', endpoint: 'http://127.0.0.1:8090', controlPlaneEndpoint: 'https://control.example' },
      'https://control.example',
    ],
  ])('is %s', async (_, settings, origin) => {
    expect(await originOf(settings)).toBe(origin);
  });
});
