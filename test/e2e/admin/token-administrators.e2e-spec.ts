import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GovernanceRepository } from '../../../src/governance/repository/governance.repository.ts';
import { principalIdOf } from '../../../src/governance/tokens/token-claims.ts';
import { describePostgres, describeSqlite, type TestDatabase } from '../../database/databases.ts';
import { freePort } from '../../support/free-port.ts';
import { KEY, type TestGateway } from '../../support/gateway.ts';
import { TokenIssuer } from '../../support/token-issuer.ts';
import { admin, type AdminAnswer, startAdminGateway, within } from './admin-gateway.ts';

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await TokenIssuer.start();
});
afterAll(() => issuer.close());

const GROUPS = `[{match: 'llm-(.+)-dev', team: $1}, {match: 'llm-(.+)-lead', team: $1, role: team-admin},
  {match: auditors, role: auditor}, {match: platform, role: admin}]`;

const auth = (): string => `auth: {jwt: [{issuer: '${issuer.url}', audience: [outcrop]}], groups: ${GROUPS}}`;
const tokenOf = (subject: string, groups: readonly string[]): string => issuer.token({ sub: subject, groups });
const idOf = (subject: string): string => principalIdOf(issuer.url, subject);

/** Returns status and code of a call. */
async function outcome(gateway: TestGateway, call: string, key: string, more: object = {}): Promise<[number, string?]> {
  const { status, body } = await admin(gateway, call, { key, ...more });
  return [status, body.error?.code];
}

async function record(gateway: TestGateway, ...subjects: string[]): Promise<void> {
  const at = new Date().toISOString();
  const seen = subjects.map((subject) => ({ id: idOf(subject), issuer: issuer.url, subject, at }));
  await gateway.app.get(GovernanceRepository, { strict: false }).recordPrincipals(seen);
}

/** Calls of each right: reads everything, reads a team, creates a key of a team, changes everything. */
const CALLS = {
  readAll: ['GET /principals', {}],
  readTeam: ['GET /teams/search', {}],
  readOtherTeam: ['GET /teams/ads', {}],
  readKeys: ['GET /keys', {}],
  writeTeam: ['POST /keys/of-search/disable', { body: {} }],
  writeOtherTeam: ['POST /keys/of-ads/disable', { body: {} }],
  writeAll: ['PUT /teams/more', { body: {} }],
} as const;
type Right = keyof typeof CALLS;

async function rightsOf(gateway: TestGateway, token: string, headers: Record<string, string> = {}): Promise<Right[]> {
  const rights: Right[] = [];
  for (const right of Object.keys(CALLS) as Right[]) {
    const [call, more] = CALLS[right];
    if ((await admin(gateway, call, { key: token, headers, ...more })).status < 400) rights.push(right);
  }
  return rights;
}

const EVERYTHING = Object.keys(CALLS) as Right[];
const OF_AUDITOR: Right[] = ['readAll', 'readTeam', 'readOtherTeam', 'readKeys'];
const OF_SEARCH: Right[] = ['readTeam', 'readKeys', 'writeTeam'];

describeSqlite('callers of the admin API with tokens', (test) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startAdminGateway(await test.createDatabase(), auth());
    await within(async () => (await admin(gateway, 'PUT /teams/search', { body: {} })).status, 200, 20_000);
    await admin(gateway, 'PUT /teams/ads', { body: {} });
    for (const team of ['search', 'ads']) await admin(gateway, 'POST /keys', { body: { name: `of-${team}`, team } });
  });
  afterAll(() => gateway.close());

  it('have the role of their groups, and no more', async () => {
    expect(await rightsOf(gateway, tokenOf('a', ['platform']))).toEqual(EVERYTHING);
    expect(await rightsOf(gateway, tokenOf('b', ['auditors']))).toEqual(OF_AUDITOR);
    expect(await rightsOf(gateway, tokenOf('c', ['llm-search-lead', 'llm-ads-dev']))).toEqual(OF_SEARCH);
    expect(await rightsOf(gateway, tokenOf('d', ['llm-search-dev']))).toEqual(['readKeys']);
    expect(await rightsOf(gateway, tokenOf('e', []))).toEqual(['readKeys']);
  });

  it('have no role of a group with the same name of another issuer', async () => {
    const other = await TokenIssuer.start();
    const bound = (name: string, more: object) => ({ match: name, issuer: issuer.url, ...more });
    const groups = [
      bound('platform', { role: 'admin' }),
      bound('llm-(.+)-lead', { team: '$1', role: 'team-admin' }),
      { match: '(.+)', team: 'search' },
    ];
    const jwt = [issuer.url, other.url].map((url) => ({ issuer: url, audience: ['outcrop'] }));
    const separate = await startAdminGateway(
      `sqlite:${join(await mkdtemp(join(tmpdir(), 'issuers-')), 'gateway.sqlite')}`,
      `auth: ${JSON.stringify({ jwt, groups })}`,
    );
    const ofIssuer = (one: TokenIssuer) => rightsOf(separate, one.token({ sub: 'a', groups: ['platform'] }));
    await within(async () => (await admin(separate, 'PUT /teams/search', { body: {} })).status, 200, 20_000);
    expect(await ofIssuer(other)).toEqual(['readKeys']);
    expect(await ofIssuer(issuer)).toContain('writeAll');
    const lead = other.token({ sub: 'b', groups: ['llm-search-lead'] });
    expect(await rightsOf(separate, lead)).toEqual(['readKeys']);
    const own = await separate.send('/v1/me', { headers: { authorization: `Bearer ${lead}` } });
    expect(await own.json()).toMatchObject({ role: 'member', team: { name: 'search' } });
    await separate.close();
    await other.close();
  });

  it('that administer several teams choose one', async () => {
    const token = tokenOf('f', ['llm-search-lead', 'llm-ads-lead']);
    const ofAds: Right[] = ['readOtherTeam', 'readKeys', 'writeOtherTeam'];
    expect(await rightsOf(gateway, token, { 'x-outcrop-team': 'ads' })).toEqual(ofAds);
    expect(await rightsOf(gateway, token, { 'x-outcrop-team': 'search' })).toEqual(OF_SEARCH);
    expect(await rightsOf(gateway, token, { 'x-outcrop-team': 'other' })).toEqual(['readKeys']);
  });

  it('have an assigned role until it is removed, from the next request', async () => {
    const token = tokenOf('g', ['llm-search-dev']);
    await record(gateway, 'g');
    const roles: [object, Right[]][] = [
      [{ role: 'admin' }, EVERYTHING],
      [{ role: 'auditor' }, OF_AUDITOR],
      [{ role: 'team-admin', team: 'search' }, OF_SEARCH],
      [{ role: 'member' }, ['readKeys']],
    ];
    for (const [role, rights] of roles) {
      const body = { principal: idOf('g'), ...role };
      expect((await admin(gateway, 'POST /roles', { body })).status).toBe(200);
      expect([role, await rightsOf(gateway, token)]).toEqual([role, rights]);
      expect((await admin(gateway, 'DELETE /roles', { body })).status).toBe(200);
      expect([role, await rightsOf(gateway, token)]).toEqual([role, ['readKeys']]);
    }
  });

  it('that are members read and rotate their own keys only', async () => {
    const token = tokenOf('h', ['llm-search-dev']);
    await record(gateway, 'h');
    const body = { name: 'own', team: 'search', owner: idOf('h') };
    const { secret } = (await admin(gateway, 'POST /keys', { body })).body;
    expect((await admin(gateway, 'GET /keys', { key: token })).body.data.map(({ name }) => name)).toEqual(['own']);
    expect(await outcome(gateway, 'GET /keys/own', token)).toEqual([200, undefined]);
    expect(await outcome(gateway, 'GET /keys/of-search', token)).toEqual([404, 'not_found']);
    expect(await outcome(gateway, 'POST /keys/of-search/rotate', token, { body: {} })).toEqual([404, 'not_found']);
    const rotated = await admin(gateway, 'POST /keys/own/rotate', { key: token, body: { overlapSeconds: 60 } });
    expect([rotated.status, typeof rotated.body.secret]).toEqual([200, 'string']);
    expect((await me(gateway, secret)).expires).toMatch(/^\d{4}-/);
    for (const call of ['PATCH /keys/own', 'DELETE /keys/own', 'POST /keys/own/revoke', 'POST /keys', 'GET /state']) {
      const more = call.startsWith('GET') ? {} : { body: {} };
      expect([call, await outcome(gateway, call, token, more)]).toEqual([call, [403, 'permission_denied']]);
    }
  });

  it('are signed in once for each token, and are rejected when their principal is disabled', async () => {
    const token = tokenOf('i', ['auditors']);
    await record(gateway, 'i');
    for (let call = 0; call < 5; call++) expect((await outcome(gateway, 'GET /teams', token))[0]).toBe(200);
    const actions = async () => {
      const { data } = (await admin(gateway, `GET /audit?object=${idOf('i')}&limit=1000`)).body;
      return data.map(({ action }) => action);
    };
    await within(async () => (await actions()).length, 1, 5_000);
    expect(await actions()).toEqual(['sign-in']);
    await admin(gateway, `PATCH /principals/${idOf('i')}`, { body: { state: 'disabled' } });
    expect(await outcome(gateway, 'GET /teams', token)).toEqual([403, 'principal_disabled']);
  });

  it('see themselves at /v1/me, as each kind of caller does', async () => {
    const { exp } = issuer.claims() as { exp: number };
    expect(await me(gateway, tokenOf('j', ['llm-search-lead']))).toMatchObject({
      id: idOf('j'),
      name: idOf('j'),
      kind: 'principal',
      principal: idOf('j'),
      team: { name: 'search' },
      role: 'team-admin',
      models: expect.arrayContaining(['claude-haiku-4-5']),
    });
    const { expires } = await me(gateway, tokenOf('j', ['llm-search-dev']));
    expect(Math.abs(Date.parse(expires!) / 1000 - exp)).toBeLessThan(120);
    await record(gateway, 'j');
    await admin(gateway, 'POST /roles', { body: { principal: idOf('j'), role: 'auditor' } });
    expect(await me(gateway, tokenOf('j', ['llm-search-dev']))).toMatchObject({ role: 'auditor' });
    const limits = { requestsPerMinute: 100, maxInFlight: 7 };
    const body = { name: 'me', team: 'search', expires: '2999-12-30', limits, models: ['claude-haiku-*'] };
    const { secret, id } = (await admin(gateway, 'POST /keys', { body })).body;
    const view = await me(gateway, secret);
    expect(view).toMatchObject({ id, name: 'me', kind: 'key', principal: null, role: null, limits });
    expect(view).toMatchObject({ expires: '2999-12-31T00:00:00.000Z', team: { name: 'search' } });
    expect(view.models).toEqual(expect.arrayContaining(['claude-haiku-4-5']));
    expect(view.models).not.toContain('nova-micro');
    expect(await me(gateway, KEY)).toMatchObject({ name: 'test', kind: 'key', team: null, role: null, expires: null });
    const beside = await gateway.send('/v1/me', { headers: { authorization: 'Bearer other', 'x-api-key': secret } });
    expect(await beside.json()).toMatchObject({ name: 'me', expires: '2999-12-31T00:00:00.000Z' });
  });
});

interface Me {
  expires: string | null;
  models: string[];
}

async function me(gateway: TestGateway, secret: string): Promise<Me> {
  const answer = await gateway.send('/v1/me', { headers: { authorization: `Bearer ${secret}` } });
  return (await answer.json()) as Me;
}

/** Expects that reads without the database answer, and that other calls get 503. */
async function expectWithoutDatabase(gateway: TestGateway, callers: readonly (string | undefined)[]): Promise<void> {
  for (const key of callers) {
    for (const call of ['GET /state', 'GET /models', 'GET /targets', 'GET /drift']) {
      expect([call, (await admin(gateway, call, { ...(key && { key }) })).status]).toEqual([call, 200]);
    }
    const answer: AdminAnswer = await admin(gateway, 'GET /teams', { ...(key && { key }) });
    expect([answer.status, answer.body.error.code]).toEqual([503, 'database_unavailable']);
  }
}

describe('without the database', () => {
  it('admin keys and roles of groups have the reads that need none, and an assigned role is not known', async () => {
    const url = `postgres://outcrop:x@127.0.0.1:${await freePort()}/outcrop`;
    const gateway = await startAdminGateway(url, auth());
    await expectWithoutDatabase(gateway, [undefined, tokenOf('a', ['platform']), tokenOf('b', ['auditors'])]);
    const [state, ofMember] = await Promise.all([
      admin(gateway, 'GET /state'),
      admin(gateway, 'GET /drift', { key: tokenOf('c', ['llm-search-dev']) }),
    ]);
    expect(state.body).toMatchObject({ epoch: null, database: { configured: true, available: false } });
    // The principal may be an auditor by assignment, so the answer is not that it may not.
    expect([ofMember.status, ofMember.body.error.code]).toEqual([503, 'database_unavailable']);
    await gateway.close();
  });
});

describePostgres('while the database is killed', (test: TestDatabase) => {
  it('reads that need none continue, and its return brings back the assigned roles', async () => {
    const gateway = await startAdminGateway(await test.createDatabase(), auth());
    await within(async () => (await admin(gateway, 'PUT /teams/search', { body: {} })).status, 200, 30_000);
    await record(gateway, 'c');
    await admin(gateway, 'POST /roles', { body: { principal: idOf('c'), role: 'auditor' } });
    const assigned = tokenOf('c', ['llm-search-dev']);
    expect(await outcome(gateway, 'GET /drift', assigned)).toEqual([200, undefined]);
    expect((await admin(gateway, 'GET /state')).body['epoch']).toMatch(/^[0-9a-f-]{36}$/);
    // The servers of tests write commits late.
    await test.postgres!.query('checkpoint');
    await test.postgres!.kill();
    await within(async () => (await admin(gateway, 'GET /teams')).status, 503, 20_000);
    await expectWithoutDatabase(gateway, [undefined, tokenOf('b', ['auditors'])]);
    expect(await outcome(gateway, 'GET /drift', assigned)).toEqual([503, 'database_unavailable']);
    await test.postgres!.restart();
    await within(async () => (await outcome(gateway, 'GET /drift', assigned))[0], 200, 30_000);
    expect(await outcome(gateway, 'GET /drift', assigned)).toEqual([200, undefined]);
    await gateway.close();
  });
});
