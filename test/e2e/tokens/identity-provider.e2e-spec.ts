import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../../support/certificate.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { OidcProvider } from '../../support/oidc-provider.ts';
import { withTeams } from '../../support/teams.ts';
import { publicJwk, rsaPair, signed, TokenIssuer } from '../../support/token-issuer.ts';

let gateway: TestGateway | undefined;
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await gateway?.close();
  await close?.();
  gateway = close = undefined;
});

async function gatewayWith(settings: string): Promise<TestGateway> {
  gateway = await startGateway(withTeams(settings, 'search'));
  return gateway;
}

async function get(token: string): Promise<{ status: number; code: string | undefined; retryAfter: string | null }> {
  const answer = await gateway!.send('/v1/models', { headers: { authorization: `Bearer ${token}` } });
  const { error } = (await answer.json()) as { error?: { code: string } };
  return { status: answer.status, code: error?.code, retryAfter: answer.headers.get('retry-after') };
}

const GROUPS = `groups: [{match: 'llm-(.+)-dev', team: $1}]`;

describe('oidc-provider as identity provider', () => {
  it('issues tokens that the gateway accepts, also with a new key, and while the provider is down', async () => {
    const provider = await OidcProvider.start();
    close = () => provider.close();
    await gatewayWith(`auth: {jwt: [{issuer: '${provider.url}', audience: ['${provider.audience}']}], ${GROUPS}}`);
    const first = await provider.token();
    expect(await get(first)).toMatchObject({ status: 200 });
    provider.groups = ['staff'];
    expect(await get(await provider.token())).toMatchObject({ status: 403, code: 'no_matching_team' });
    provider.groups = ['llm-search-dev'];

    await provider.rotate(rsaPair('two'));
    const second = await provider.token();
    expect(await get(second)).toMatchObject({ status: 200 });
    // The first key is withdrawn, so its tokens are no longer accepted, also from the cache.
    expect(await get(first)).toMatchObject({ status: 401, code: 'invalid_token' });

    const third = await provider.token();
    provider.state = 'down';
    expect(await get(third)).toMatchObject({ status: 200 });
    expect(await get(second)).toMatchObject({ status: 200 });
  });

  it.each(['down', 'slow'] as const)('that is %s at the start leads to 503, and keys continue', async (state) => {
    const provider = await OidcProvider.start();
    close = () => provider.close();
    const token = await provider.token();
    provider.state = state;
    await gatewayWith(`auth: {jwt: [{issuer: '${provider.url}', audience: ['${provider.audience}']}], ${GROUPS}}`);
    expect(await get(token)).toEqual({ status: 503, code: 'token_keys_unavailable', retryAfter: '5' });
    expect((await gateway!.send('/v1/models')).status).toBe(200);
    const metrics = await (await gateway!.send('/metrics')).text();
    expect(metrics).toContain(`outcrop_token_key_set_failing{issuer="${provider.url}"} 1`);
  });
});

describe('a key set', () => {
  it.each(['redirect', 'huge', 'html', 'empty'] as const)('is not accepted: %s', async (answer) => {
    const issuer = await TokenIssuer.start();
    close = () => issuer.close();
    issuer.answer = answer;
    await gatewayWith(issuer.settings());
    expect(await get(issuer.token())).toMatchObject({ status: 503, code: 'token_keys_unavailable' });
    expect(issuer.requests).toBeGreaterThan(0);
  });

  it('stays in use if the next one is not valid', async () => {
    const issuer = await TokenIssuer.start();
    close = () => issuer.close();
    await gatewayWith(issuer.settings());
    expect(await get(issuer.token())).toMatchObject({ status: 200 });
    for (const answer of ['empty', 'redirect'] as const) {
      issuer.answer = answer;
      expect(await get(issuer.token({}, { kid: answer }))).toMatchObject({ status: 401 });
      expect(await get(issuer.token({ jti: answer }))).toMatchObject({ status: 200 });
    }
  });

  it('of a file is read again when the file changes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jwks-'));
    const file = join(folder, 'jwks.json');
    const [first, second] = [rsaPair('first'), rsaPair('second')];
    const issuer = await TokenIssuer.start(first);
    close = async () => {
      await issuer.close();
      rmSync(folder, { recursive: true });
    };
    writeFileSync(file, JSON.stringify({ keys: [publicJwk(first)] }));
    await gatewayWith(issuer.settings(`, jwksFile: ${file}`));
    const old = issuer.token();
    expect(await get(old)).toMatchObject({ status: 200 });
    writeFileSync(file, JSON.stringify({ keys: [publicJwk(second)] }));
    issuer.keys = [second];
    const statuses = async (): Promise<[number, number]> => [
      (await get(issuer.token())).status,
      (await get(old)).status,
    ];
    const end = Date.now() + 10_000;
    while ((await statuses()).join() !== '200,401' && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await statuses()).toEqual([200, 401]);
    expect(issuer.requests).toBe(0);
  });
});

describe('service-account tokens of Kubernetes', () => {
  it('are verified with the key set of the API server, its CA and a token', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
    const pair = rsaPair('sPBkcXb3nUyEm4L1PfmXkQn5fVZ0s5dXo9V5sQhPq0k');
    const certificate = selfSigned('127.0.0.1', 'localhost');
    const authorizations: (string | undefined)[] = [];
    const server = createServer(certificate, ({ headers, url }, response) => {
      authorizations.push(headers.authorization);
      if (url !== '/openid/v1/jwks') return void response.writeHead(404).end();
      response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify({ keys: [publicJwk(pair)] }));
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    };
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(folder, 'ca.crt'), certificate.cert);
    writeFileSync(join(folder, 'token'), 'kubelet-token\n');
    const issuer = 'https://kubernetes.default.svc.cluster.local';
    await gatewayWith(`auth:
  jwt:
    - issuer: ${issuer}
      audience: [outcrop]
      jwksUri: https://localhost:${port}/openid/v1/jwks
      caFile: ${join(folder, 'ca.crt')}
      tokenFile: ${join(folder, 'token')}
      claims: {groups: kubernetes.io.namespace}
  groups: [{match: search, team: search}]`);
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      aud: ['outcrop'],
      exp: now + 3_600,
      iat: now,
      iss: issuer,
      jti: 'a8c5b8b2-6a5c-4d8a-8df7-0b9d8f8f4a56',
      'kubernetes.io': {
        namespace: 'search',
        node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
        pod: { name: 'indexer-7d9f', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
        serviceaccount: { name: 'indexer', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
      },
      nbf: now,
      sub: 'system:serviceaccount:search:indexer',
    };
    const header = { alg: 'RS256', kid: pair.kid };
    expect(await get(signed(pair, header, claims))).toMatchObject({ status: 200 });
    expect(authorizations).toEqual(['Bearer kubelet-token']);
    const other = { ...claims, 'kubernetes.io': { ...claims['kubernetes.io'], namespace: 'default' } };
    expect(await get(signed(pair, header, other))).toMatchObject({ status: 403, code: 'no_matching_team' });
    const ofApiServer = { ...claims, aud: [issuer] };
    expect(await get(signed(pair, header, ofApiServer))).toMatchObject({ status: 401, code: 'invalid_token' });
  });
});
