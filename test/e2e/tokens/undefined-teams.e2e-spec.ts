import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../../src/cli/check-config.ts';
import { bearerOf, keyDocument, startGovernedGateway } from '../../support/governed-gateway.ts';
import { OTHER_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { askEndpoint, chatOf, codeOf, MODEL_ENDPOINTS, responsesOf } from '../../support/model-endpoints.ts';
import { OidcProvider } from '../../support/oidc-provider.ts';
import { publicJwk, rsaPair, TokenIssuer } from '../../support/token-issuer.ts';

let gateway: TestGateway | undefined;
let issuer: TokenIssuer;
beforeEach(async () => {
  issuer = await TokenIssuer.start();
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  await issuer.close();
});

const ask = (path: string, token: string, body?: object, headers: Record<string, string> = {}) =>
  askEndpoint(gateway!, path, { body, headers: bearerOf(token, headers) });
const HAIKU = 'claude-haiku-4-5';

describe('tokens on a gateway that defines no teams', () => {
  it('are admitted with the teams of their groups, without a document of the team', async () => {
    gateway = await startGateway(`${issuer.settings(', claims: {models: models}')}\nresponses: {store: memory}`);
    const token = issuer.token({ models: ['claude-*'] });
    for (const { endpoint, to, body } of MODEL_ENDPOINTS.filter((row) => row.endpoint !== 'embeddings'))
      expect([endpoint, (await ask(to(HAIKU), token, body?.(HAIKU))).status]).toEqual([endpoint, 200]);
    const me = JSON.parse((await ask('/v1/me', token)).text) as Record<string, unknown>;
    expect(me).toMatchObject({
      kind: 'principal',
      team: { id: expect.stringMatching(/^team_/) as string, name: 'search' },
    });
    // The claim of the token still limits it.
    expect(codeOf(await ask('/v1/chat/completions', token, chatOf('nova-pro')))).toBe('permission_denied');
    expect(codeOf(await ask('/v1/models', issuer.token({ groups: ['staff'] })))).toBe('no_matching_team');
    // Text that is no name of a team.
    for (const group of ['llm- -dev', `llm-${'a'.repeat(65)}-dev`, 'llm-a/b-dev', 'llm-{}"-dev'])
      expect([group, codeOf(await ask('/v1/models', issuer.token({ groups: [group] })))]).toEqual([
        group,
        'no_matching_team',
      ]);
    const two = issuer.token({ groups: ['llm-search-dev', 'llm-ads-dev'] });
    expect(codeOf(await ask('/v1/models', two))).toBe('team_required');
    expect((await ask('/v1/models', two, undefined, { 'x-outcrop-team': 'ads' })).status).toBe(200);
    expect((await ask('/v1/models', two, undefined, { 'x-outcrop-team': 'billing' })).status).toBe(403);
  });

  it('of oidc-provider are admitted with auth alone, and own their stored responses', async () => {
    const provider = await OidcProvider.start();
    gateway = await startGateway(
      `auth: {jwt: [{issuer: '${provider.url}', audience: ['${provider.audience}']}], groups: [{match: 'llm-(.+)-dev', team: $1}]}\nresponses: {store: memory}`,
    );
    const first = await ask('/v1/responses', await provider.token(), responsesOf(HAIKU));
    const { id } = JSON.parse(first.text) as { id: string };
    // A later token of the same principal finds it, another caller does not.
    expect((await ask(`/v1/responses/${id}`, await provider.token())).status).toBe(200);
    expect((await ask(`/v1/responses/${id}`, OTHER_KEY)).status).toBe(404);
    await provider.close();
  });

  it('have the team id that a document of the same name gets, so that nothing changes when it is written', async () => {
    gateway = await startGateway(issuer.settings());
    const teamOf = async (): Promise<unknown> =>
      (JSON.parse((await ask('/v1/me', issuer.token())).text) as { team: unknown }).team;
    const before = await teamOf();
    await gateway.close();
    gateway = await startGovernedGateway(issuer.settings(), [{ kind: 'Team', name: 'search' }]);
    expect(await teamOf()).toEqual(before);
  });

  it('need a document as soon as files define teams', async () => {
    gateway = await startGovernedGateway(issuer.settings(), [{ kind: 'Team', name: 'ads', models: ['nova-*'] }]);
    expect(codeOf(await ask('/v1/models', issuer.token()))).toBe('no_matching_team');
    expect(codeOf(await ask('/v1/chat/completions', issuer.token({ groups: ['llm-ads-dev'] }), chatOf(HAIKU)))).toBe(
      'permission_denied',
    );
  });
});

describe('config:check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-check-'));
  const check = async (auth: object, documents?: string) => {
    const [config, file] = [join(folder, 'gateway.json'), join(folder, 'teams.yaml')];
    if (documents !== undefined) writeFileSync(file, documents);
    const jwt = [{ issuer: 'https://login.example.com', audience: ['outcrop'] }];
    const governance = { files: documents === undefined ? [] : [file] };
    writeFileSync(config, JSON.stringify({ auth: { jwt, ...auth }, governance }));
    const { exitCode, lines } = await checkConfig(config, { AWS_REGION: 'us-east-1' }, Date.now());
    return [exitCode, lines.join('\n')];
  };
  const TEAM = 'kind: Team\nname: search\n';

  it.each([
    ['a team that no file defines', { groups: [{ match: 'a', team: 'serach' }] }, 'auth.groups[0].team'],
    ['a pattern that leads to no team', { groups: [{ match: '(.+)', team: 'llm-$1' }] }, 'auth.groups[0].team'],
    ['a default team that no file defines', { groups: [], defaultTeam: 'ads' }, 'auth.defaultTeam'],
  ])('rejects %s', async (_case, auth, path) => {
    const [exitCode, text] = await check(auth, TEAM);
    expect([exitCode, text]).toEqual([1, expect.stringContaining(path)]);
    expect(text).toContain('must be the name of a team of governance.files');
  });

  it.each([
    ['a team of a file', { groups: [{ match: 'a', team: 'search' }] }, TEAM],
    ['a pattern that leads to a team', { groups: [{ match: 'x-(.+)', team: 's$1h' }] }, TEAM],
    ['any team without files', { groups: [{ match: 'a', team: 'anything' }], defaultTeam: 'other' }, undefined],
  ])('accepts %s', async (_case, auth, documents) => {
    const [exitCode, text] = await check(auth, documents);
    expect([exitCode, text]).toEqual([0, expect.not.stringContaining('no_matching_team')]);
  });

  it('warns if no token can have a team', async () => {
    const [exitCode, text] = await check({ groups: [{ match: 'admins', role: 'admin' }] });
    expect([exitCode, text]).toEqual([0, expect.stringContaining('Warning: auth.groups: has no rule with a team')]);
  });
});

describe('x-outcrop-team', () => {
  const header = (team: string) => ({ 'x-outcrop-team': team });

  it.each(MODEL_ENDPOINTS)('of another team than that of the API key is an error on $endpoint', async (row) => {
    const { to, body } = row;
    gateway = await startGovernedGateway('', [
      { kind: 'Team', name: 'search' },
      { kind: 'Team', name: 'ads' },
      { kind: 'Application', name: 'shop', team: 'search' },
      keyDocument('search-1', 'sk-search', { team: 'search' }),
      keyDocument('shop-1', 'sk-shop', { application: 'shop' }),
    ]);
    for (const key of ['sk-search', 'sk-shop']) {
      const refused = await ask(to(HAIKU), key, body?.(HAIKU), header('ads'));
      expect([key, refused.status, refused.text]).toEqual([key, 403, expect.stringContaining('x-outcrop-team')]);
      expect(['permission_denied', 'permission_error', 'AccessDeniedException']).toContain(codeOf(refused));
    }
    expect(gateway.emulator.requests).toEqual([]);
    const isEmbedding = row.endpoint === 'embeddings';
    // A key of auth.keys without a team ignores the header.
    for (const [key, team] of [
      ['sk-shop', 'search'],
      ['sk-shop', ''],
      [OTHER_KEY, 'ads'],
    ] as const) {
      const admitted = await ask(to(HAIKU), key, body?.(HAIKU), header(team));
      expect([team, admitted.status]).toEqual([team, isEmbedding ? 400 : 200]);
    }
  });
});

describe('an issuer that does not answer', () => {
  it('delays tokens of unknown keys for half a second at most, few of them, and no other request', async () => {
    gateway = await startGateway(issuer.settings());
    const known = issuer.token();
    expect((await ask('/v1/models', known)).status).toBe(200);
    issuer.answer = 'slow';
    const timed = async (token: string): Promise<[number, number]> => {
      const from = performance.now();
      const { status } = await ask('/v1/models', token);
      return [status, performance.now() - from];
    };
    const before = issuer.requests;
    const first = Promise.all(Array.from({ length: 20 }, (_, at) => timed(issuer.token({}, { kid: `new-${at}` }))));
    await new Promise((resolve) => setTimeout(resolve, 100));
    // While they wait, other tokens and keys are answered.
    const order: string[] = [];
    await Promise.all([
      first.then(() => order.push('unknown')),
      timed(issuer.token({ jti: 'other' })).then(([status]) => order.push(`known ${status}`)),
      timed(OTHER_KEY).then(([status]) => order.push(`key ${status}`)),
    ]);
    expect(order.at(-1)).toBe('unknown');
    expect(order.toSorted()).toEqual(['key 200', 'known 200', 'unknown']);
    for (const [status, ms] of await first) expect([status, ms < 1_900]).toEqual([401, true]);
    // The load still hangs. Later tokens do not wait for it.
    const sorted = (await Promise.all(Array.from({ length: 9 }, () => timed(issuer.token({}, { kid: 'later' })))))
      .map(([, ms]) => ms)
      .toSorted((a, b) => a - b);
    expect(sorted[4]).toBeLessThan(1_500);
    expect(issuer.requests - before).toBe(1);
  });
});

describe('a service-account token with the key set in a file', () => {
  it('is admitted by its namespace', async () => {
    const pair = rsaPair('sPBkcXb3nUyEm4L1PfmXkQn5fVZ0s5dXo9V5sQhPq0k');
    issuer.keys = [pair];
    const file = join(mkdtempSync(join(tmpdir(), 'jwks-')), 'jwks.json');
    // `kubectl get --raw /openid/v1/jwks`
    writeFileSync(file, JSON.stringify({ keys: [publicJwk(pair)] }));
    const kubernetes = 'https://kubernetes.default.svc.cluster.local';
    gateway = await startGateway(
      `auth: {jwt: [{issuer: ${kubernetes}, audience: [outcrop], jwksFile: ${file}, claims: {groups: kubernetes.io.namespace}}], groups: [{match: '(search|ads)', team: $1}]}`,
    );
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      aud: ['outcrop'],
      exp: now + 3_607,
      iat: now,
      iss: kubernetes,
      jti: 'a8c5b8b2-6a5c-4d8a-8df7-0b9d8f8f4a56',
      'kubernetes.io': {
        namespace: 'search',
        node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
        pod: { name: 'indexer-7d9f', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
        serviceaccount: { name: 'indexer', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
        warnafter: now + 3_607,
      },
      nbf: now,
      sub: 'system:serviceaccount:search:indexer',
    };
    // The kubelet's tokens have no `typ`.
    const token = issuer.token(claims, { typ: undefined });
    const me = JSON.parse((await ask('/v1/me', token)).text) as { team: { name: string } };
    expect(me.team.name).toBe('search');
    expect((await ask('/v1/chat/completions', token, chatOf(HAIKU))).status).toBe(200);
    const of = (more: object) => issuer.token({ ...claims, ...more }, { typ: undefined });
    expect((await ask('/v1/models', of({ aud: [kubernetes] }))).status).toBe(401);
    expect((await ask('/v1/models', of({ 'kubernetes.io': { namespace: 'kube-system' } }))).status).toBe(403);
    expect((await ask('/v1/models', of({ exp: now - 40 }))).status).toBe(401);
  });
});
