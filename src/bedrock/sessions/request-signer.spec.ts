import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { RequestSigner } from './request-signer.ts';

/** The hash that the SDK passes to its signer. */
const { sha256 } = new BedrockRuntimeClient({ region: 'us-east-1' }).config;

const alphanumeric = fc.stringMatching(/^[A-Za-z0-9]{1,40}$/);
const requests = fc.record({
  modelId: fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .filter((id) => id.isWellFormed() && !/^\.+$/.test(id)),
  body: fc.string({ unit: 'grapheme', maxLength: 300 }),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1'),
  at: fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
  credentials: fc.record(
    { accessKeyId: alphanumeric, secretAccessKey: alphanumeric, sessionToken: alphanumeric },
    { requiredKeys: ['accessKeyId', 'secretAccessKey'] },
  ),
  extra: fc.option(
    fc.record(
      { 'x-amzn-bedrock-trace': alphanumeric, 'x-amzn-bedrock-request-metadata': fc.constant('{"a":"b  c"} ') },
      { requiredKeys: [] },
    ),
    { nil: undefined },
  ),
});

describe('RequestSigner', () => {
  it("creates the same signature as the SDK's signer", async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ modelId, body, region, at, credentials, extra }) => {
        const path = `/model/${encodeURIComponent(modelId)}/converse`;
        const host = `bedrock-runtime.${region}.amazonaws.com`;
        const theirs = new SignatureV4({ service: 'bedrock', region, credentials, sha256, applyChecksum: false });
        const expected = await theirs.sign(
          {
            method: 'POST',
            protocol: 'https:',
            hostname: host,
            path,
            query: {},
            headers: { host, 'content-type': 'application/json', ...extra },
            body,
          },
          { signingDate: at },
        );
        const signed = new RequestSigner(region).sign(
          { method: 'POST', host, path, query: '', contentType: 'application/json', extra, body: Buffer.from(body) },
          credentials,
          at,
        );
        expect({ ...signed, 'content-type': 'application/json', ...extra }).toEqual(expected.headers);
      }),
    );
  });

  it('derives a new signing key when the day or the credentials change', () => {
    const signer = new RequestSigner('us-east-1');
    const request = {
      method: 'POST',
      host: 'h',
      path: '/p',
      query: '',
      contentType: 'application/json',
      body: Buffer.from('{}'),
    } as const;
    const first = { accessKeyId: 'a', secretAccessKey: 'one' };
    const second = { accessKeyId: 'a', secretAccessKey: 'two' };
    const days = [new Date('2026-11-22T23:59:59Z'), new Date('2026-11-23T00:00:01Z')] as const;
    const reused = [first, second].flatMap((credentials) => days.map((day) => signer.sign(request, credentials, day)));
    const fresh = [first, second].flatMap((credentials) =>
      days.map((day) => new RequestSigner('us-east-1').sign(request, credentials, day)),
    );
    expect(reused).toEqual(fresh);
    expect(new Set(reused.map(({ authorization }) => authorization)).size).toBe(4);
  });
});
