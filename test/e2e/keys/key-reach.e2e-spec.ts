import { ManagementServer } from '../../../src/http/server/management.server.ts';
import { KEY, OPEN_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

// Information about the gateway that a key without privileges, or a client without a key, can read.

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('metrics', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway('management: {port: 0, host: 127.0.0.1}');
  });
  afterAll(() => gateway.close());

  it.each(['/metrics', '/metrics/', '/METRICS', '/metrics?format=text'])(
    '%s is rejected for a key without privileges',
    async (path) => {
      for (const headers of [bearer(OPEN_KEY), { 'x-api-key': OPEN_KEY, authorization: '' }]) {
        const refused = await fetch(gateway.url + path, { headers });
        const body = await refused.text();
        expect([refused.status, body]).toEqual([403, expect.stringContaining('auth.keys[].metrics')]);
        expect(body).not.toContain('outcrop_build_info');
      }
    },
  );

  it('are served to a key with metrics: true, and on the management port', async () => {
    const scrape = await fetch(`${gateway.url}/metrics`, { headers: bearer(KEY) });
    expect([scrape.status, await scrape.text()]).toEqual([200, expect.stringContaining('outcrop_build_info')]);
    const management = `http://127.0.0.1:${gateway.app.get(ManagementServer).port}/metrics`;
    for (const headers of [{}, bearer(OPEN_KEY)]) expect((await fetch(management, { headers })).status).toBe(200);
  });
});

describe('readiness without usable credentials', () => {
  let gateway: TestGateway;
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
  beforeAll(async () => {
    gateway = await startGateway('management: {port: 0, host: 127.0.0.1}', undefined, {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/outcrop',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/nowhere/token',
    });
    for (const name of names) delete process.env[name];
  });
  afterAll(() => gateway.close());

  it.each(['/health/ready', '/health', '/readyz'])(
    '%s returns the reason but no names to a client without a key',
    async (path) => {
      for (const headers of [{}, bearer('sk-guessed')]) {
        const ready = await fetch(gateway.url + path, { headers });
        const body = await ready.text();
        expect([ready.status, body]).toEqual([503, expect.stringContaining('AWS credentials cannot be resolved')]);
        expect(body).not.toMatch(/\/var\/|secrets|111122223333|arn:|ENOENT|"detail"/);
      }
    },
  );

  it('returns the details to a key and on the management port', async () => {
    const withKey = await fetch(`${gateway.url}/health/ready`, { headers: bearer(OPEN_KEY) });
    expect(await withKey.text()).toContain('/var/run/secrets/nowhere/token');
    const management = `http://127.0.0.1:${gateway.app.get(ManagementServer).port}/health/ready`;
    expect(await (await fetch(management)).text()).toContain('/var/run/secrets/nowhere/token');
  });
});
