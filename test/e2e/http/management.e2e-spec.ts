import { ManagementServer } from '../../../src/http/server/management.server.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

describe('the management port', () => {
  let gateway: TestGateway;
  let url: string;

  beforeAll(async () => {
    gateway = await startGateway('management: {port: 0, host: 127.0.0.1}');
    url = `http://127.0.0.1:${gateway.app.get(ManagementServer).port}`;
  });
  afterAll(() => gateway.close());

  it.each(['/health/live', '/health/ready', '/health/startup', '/healthz', '/health?verbose'])(
    'responds to %s',
    async (path) => {
      expect((await fetch(url + path)).status).toBe(200);
    },
  );

  it('serves metrics without a key, which the API port does not', async () => {
    const scrape = await fetch(`${url}/metrics`);
    expect([scrape.status, await scrape.text()]).toEqual([200, expect.stringContaining('outcrop_build_info')]);
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(401);
  });

  it.each(['/v1/models', '/', '/metricsx', '/health-of-others', '//metrics'])(
    'does not respond to %s, with or without a key',
    async (path) => {
      const refused = await fetch(url + path, { headers: { authorization: 'Bearer sk-test-key' } });
      expect([refused.status, await refused.json()]).toEqual([
        404,
        {
          error: expect.objectContaining({ code: 'unknown_url', message: expect.stringContaining('management port') }),
        },
      ]);
    },
  );

  it('ignores request bodies', async () => {
    const refused = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(refused.status).toBe(404);
  });

  it('responds until the process ends', async () => {
    await gateway.close();
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  });
});
