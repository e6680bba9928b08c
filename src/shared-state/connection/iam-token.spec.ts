import { describe, expect, it } from '@jest/globals';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { SignatureV4 } from '@smithy/signature-v4';
import { createIamToken, type TokenScope } from './iam-token.ts';

/** Compares the token with the form in AWS's guides, and its signature with that of the SDK's signer. */

const NOW = new Date('2026-11-30T12:34:56.789Z');
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

const { sha256 } = new BedrockRuntimeClient({ region: 'us-east-1' }).config;

const SCOPES: [string, TokenScope, string][] = [
  [
    'ElastiCache',
    { service: 'elasticache', clusterName: 'gateway', user: 'outcrop', region: 'eu-central-1' },
    'elasticache',
  ],
  [
    'a serverless cache',
    { service: 'elasticache-serverless', clusterName: 'gateway-1', user: 'outcrop-user', region: 'us-gov-west-1' },
    'elasticache',
  ],
  ['MemoryDB', { service: 'memorydb', clusterName: 'state', user: 'outcrop', region: 'us-east-1' }, 'memorydb'],
];

describe.each(SCOPES)('a token for %s', (_name, scope, service) => {
  it.each([
    ['long-term keys', KEYS],
    ['a session', { ...KEYS, sessionToken: "FwoGZXIvYXdzEBYaD+/=!*()'~" }],
  ])('has the documented form and the signature of the SDK, with %s', async (_kind, credentials) => {
    const token = createIamToken(scope, credentials, NOW);
    const url = new URL(`http://${token}`);
    expect(token.startsWith(`${scope.clusterName}/?`)).toBe(true);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'connect',
      User: scope.user,
      ...(scope.service === 'elasticache-serverless' ? { ResourceType: 'ServerlessCache' } : {}),
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `AKIDEXAMPLE/20261130/${scope.region}/${service}/aws4_request`,
      'X-Amz-Date': '20261130T123456Z',
      'X-Amz-Expires': '900',
      'X-Amz-SignedHeaders': 'host',
      ...('sessionToken' in credentials ? { 'X-Amz-Security-Token': credentials.sessionToken } : {}),
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
    });

    const signer = new SignatureV4({ service, region: scope.region, credentials, sha256, applyChecksum: false });
    const request = {
      method: 'GET',
      protocol: 'http:',
      hostname: scope.clusterName,
      path: '/',
      headers: { host: scope.clusterName },
      query: {
        Action: 'connect',
        User: scope.user,
        ...(scope.service === 'elasticache-serverless' ? { ResourceType: 'ServerlessCache' } : {}),
      },
    };
    const theirs = await signer.presign(request, { expiresIn: 900, signingDate: NOW });
    expect(url.searchParams.get('X-Amz-Signature')).toBe(theirs.query?.['X-Amz-Signature']);
  });
});
