import { ADMIN_OPERATIONS } from '../../../src/api/docs/document/admin-operations.ts';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { describeDatabases } from '../../database/databases.ts';
import { KEY, type TestGateway } from '../../support/gateway.ts';
import { admin, type AdminAnswer, AUDITOR_KEY, startAdminGateway, TEAM_ADMIN_KEY, within } from './admin-gateway.ts';

const CHAT = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] };

function chat(gateway: TestGateway, secret: string): Promise<number> {
  return gateway
    .send('/v1/chat/completions', { body: CHAT, headers: { authorization: `Bearer ${secret}` } })
    .then(({ status }) => status);
}

describeDatabases('the admin API', (test) => {
  let one: TestGateway;
  let other: TestGateway;

  beforeAll(async () => {
    const url = await test.createDatabase();
    one = await startAdminGateway(url);
    // SQLite belongs to one process, which these two gateways share only with PostgreSQL.
    other = url.startsWith('postgres') ? await startAdminGateway(url) : one;
    for (const gateway of new Set([one, other])) await reachable(gateway);
  });
  afterAll(async () => {
    for (const gateway of new Set([one, other])) await gateway?.close();
  });

  it('creates, reads, changes and deletes a team with versions', async () => {
    const created = await admin(one, 'PUT /teams/alpha', { body: { costCenter: 'a' } });
    expect([created.status, created.headers.get('etag')]).toEqual([201, '"1"']);
    expect(created.body).toMatchObject({
      kind: 'Team',
      name: 'alpha',
      origin: 'database',
      document: { costCenter: 'a' },
    });
    const changed = await admin(one, 'PUT /teams/alpha', { body: {}, headers: { 'if-match': '"1"' } });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    const late = await admin(one, 'PUT /teams/alpha', { body: {}, headers: { 'if-match': '"1"' } });
    expect([late.status, late.body.error.code]).toEqual([412, 'version_conflict']);
    const twice = await admin(one, 'PUT /teams/alpha', { body: {}, headers: { 'if-none-match': '*' } });
    expect([twice.status, twice.body.error.code]).toEqual([412, 'version_conflict']);
    const found = await admin(one, `GET /teams/${created.body.id}`);
    expect(found.body).toMatchObject({ name: 'alpha', version: 2 });
    expect((await admin(one, 'DELETE /teams/alpha')).body).toMatchObject({ name: 'alpha', deleted: true });
    expect((await admin(one, 'GET /teams/alpha')).body.error).toMatchObject({ code: 'not_found' });
  });

  it('reports an invalid document with the path of the field', async () => {
    const cases = [
      [{ limits: { requestsPerMinute: -1 } }, 'limits.requestsPerMinute'],
      [{ unknown: 1 }, 'unknown'],
      [{ id: 'team_x' }, 'id'],
      [{ name: 'other' }, 'name'],
      [{ parent: 'nowhere' }, 'parent'],
      [[], null],
    ] as const;
    for (const [body, param] of cases) {
      const answer = await admin(one, 'PUT /teams/beta', { body });
      expect([answer.status, answer.body.error.param]).toEqual([400, param]);
    }
    for (const name of ['%00', 'a%20b', '%F0%9F%98%80', "'%3B--", '..%2F..', 'x'.repeat(65)]) {
      expect([name, (await admin(one, `PUT /teams/${name}`, { body: {} })).status]).toEqual([name, 400]);
      expect([name, (await admin(one, `GET /teams/${name}`)).status]).toEqual([name, 404]);
    }
  });

  it('creates a key that works on each replica within a second, rotates it with overlap, and revokes it', async () => {
    await admin(one, 'PUT /teams/search', { body: {} });
    await admin(one, 'PUT /applications/shop', { body: { team: 'search' } });
    const { status, body } = await admin(one, 'POST /keys', { body: { name: 'shop-1', application: 'shop' } });
    expect([status, body['document']]).toMatchObject([201, { team: 'search', application: 'shop', state: 'active' }]);
    expect(JSON.stringify(body)).not.toContain('sha256');
    const first = body.secret;
    expect(await chat(one, first)).toBe(200);
    expect(await within(() => chat(other, first), 200)).toBe(200);
    const replay = await admin(one, 'POST /keys', { body: { name: 'shop-1', application: 'shop' } });
    expect([replay.status, replay.body.error.code]).toEqual([409, 'already_exists']);
    expect(replay.body.error.message).toContain(body.id);
    expect(JSON.stringify(replay.body)).not.toContain('oc-');
    const rotated = await admin(other, 'POST /keys/shop-1/rotate', { body: { overlapSeconds: 60 } });
    const second = rotated.body.secret;
    expect(rotated.body.id).toBe(body.id);
    expect([await chat(other, first), await chat(other, second)]).toEqual([200, 200]);
    const again = await admin(one, 'POST /keys/shop-1/rotate', { body: {} });
    expect([again.status, again.body.error.code]).toEqual([409, 'invalid_state']);
    const inUse = await admin(one, 'DELETE /teams/search');
    expect([inUse.status, inUse.body.error.code]).toEqual([409, 'object_in_use']);
    expect(inUse.body.error.message).toMatch(/Application 'shop'.*Key 'shop-1'/);
    await admin(one, 'POST /keys/shop-1/disable');
    expect(await chat(one, second)).toBe(401);
    await admin(one, 'POST /keys/shop-1/enable');
    expect(await chat(one, second)).toBe(200);
    await admin(one, 'POST /keys/shop-1/revoke', { body: { cut: true } });
    expect([await chat(one, first), await chat(one, second)]).toEqual([401, 401]);
    const revived = await admin(one, 'POST /keys/shop-1/enable');
    expect([revived.status, revived.body.error.code]).toEqual([409, 'invalid_state']);
  });

  it('lets one of 200 creations of the same name win', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        admin(index % 2 ? one : other, 'POST /keys', { body: { name: 'same' } }),
      ),
    );
    const counts = Map.groupBy(answers, ({ status }) => status);
    expect(counts.get(201)).toHaveLength(1);
    const rest = answers.filter(({ status }) => status !== 201);
    // A busy pool may answer 503 or 429, but never with a second key.
    expect(rest.every(({ status }) => [409, 503, 429].includes(status))).toBe(true);
  });

  it('limits a team admin to its team', async () => {
    await admin(one, 'PUT /teams/search', { body: {} });
    await admin(one, 'PUT /teams/outside', { body: {} });
    const outside = await admin(one, 'POST /keys', { body: { name: 'outside-key', team: 'outside' } });
    expect(outside.status).toBe(201);
    const as = { key: TEAM_ADMIN_KEY };
    expect((await admin(one, 'GET /teams/search', as)).status).toBe(200);
    expect((await admin(one, 'GET /teams/outside', as)).status).toBe(404);
    expect((await admin(one, 'GET /keys/outside-key', as)).status).toBe(404);
    const routes = ['rotate', 'disable', 'enable', 'revoke'];
    for (const route of routes) expect((await admin(one, `POST /keys/outside-key/${route}`, as)).status).toBe(404);
    expect((await admin(one, 'DELETE /keys/outside-key', as)).status).toBe(404);
    const bodies = [{ team: 'outside' }, { metrics: true }, { traceContent: true }, { capacityClass: 'gold' }];
    for (const body of bodies) {
      expect((await admin(one, 'POST /keys', { ...as, body: { name: 'raised', ...body } })).status).toBe(403);
    }
    expect((await admin(one, 'POST /keys', { ...as, body: { name: 'own-key' } })).body['document']).toMatchObject({
      team: 'search',
    });
    const moved = await admin(one, 'PATCH /keys/own-key', { ...as, body: { team: 'outside' } });
    expect(moved.status).toBe(403);
    const list = await admin(one, 'GET /keys?limit=1000', as);
    expect(list.body.data.map(({ document }) => document['team'])).not.toContain('outside');
  });

  it('keeps the audit of each change as a chain that verifies', async () => {
    const { body } = await admin(one, 'GET /audit?limit=1000', { key: AUDITOR_KEY });
    const entries = body.data;
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['team.create', 'key.create', 'key.rotate', 'key.revoke']),
    );
    expect(JSON.stringify(entries)).not.toMatch(/sha256:|oc-[0-9A-Za-z]{20}/);
    expect((await admin(one, 'GET /audit/verify', { key: AUDITOR_KEY })).body).toMatchObject({ valid: true });
  });

  it('pages with cursors, and rejects changed cursors and unknown parameters', async () => {
    const names = new Set<string>();
    let after = '';
    for (let page = 0; page < 20; page++) {
      const { body } = await admin(one, `GET /teams?limit=1${after}`);
      for (const { name } of body.data) names.add(name);
      if (!body.has_more) break;
      after = `&after=${body.next}`;
    }
    expect([...names].sort()).toEqual(['outside', 'search']);
    for (const query of [
      'after=x',
      "after=d.'",
      'after=f.%00',
      'limit=0',
      'limit=1001',
      'limit=1e2',
      'color=red',
      'limit=1&limit=2',
    ]) {
      expect([query, (await admin(one, `GET /teams?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('is described in the OpenAPI document, and describes callers to themselves', async () => {
    const answer = await one.send('/openapi.json');
    expect(answer.status).toBe(200);
    const { paths } = (await answer.json()) as {
      paths: Record<string, Record<string, { summary?: string; responses: object }>>;
    };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => [`${method.toUpperCase()} ${path}`, summary] as const),
    );
    const ofAdministration = operations.filter(([name]) => name.includes('/admin/v1/'));
    expect(ofAdministration.filter(([, summary]) => summary === undefined)).toEqual([]);
    expect(ofAdministration.map(([name]) => name).sort()).toEqual(Object.keys(ADMIN_OPERATIONS).sort());
    const { responses } = paths['/admin/v1/teams/{name}']!['delete']!;
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['404', '409', '412', '503']));
    const read = Object.keys(paths['/admin/v1/teams/{name}']!['get']!.responses);
    expect([read.includes('503'), read.includes('409'), read.includes('412')]).toEqual([true, false, false]);
    const { secret } = (await admin(one, 'POST /keys', { body: { name: 'me-key', team: 'search' } })).body;
    const me = await one.send('/v1/me', { headers: { authorization: `Bearer ${secret}` } });
    expect(await me.json()).toMatchObject({ name: 'me-key', kind: 'key', team: { name: 'search' } });
    expect(await (await one.send('/v1/me')).json()).toMatchObject({ name: 'test', team: null });
  });

  it('applies documents once, prunes those of the same source only, and refuses other changes of them', async () => {
    const documents = [
      { kind: 'Key', name: 'ci', team: 'built', secrets: [{ hash: hashApiKey('applied-secret') }], file: 'keys.yaml' },
      { kind: 'Team', name: 'built', parent: 'outer', file: 'teams.yaml' },
      { kind: 'Team', name: 'outer', file: 'teams.yaml' },
    ];
    const body = { documents, source: 'git:company/access@abc', prune: true };
    const plan = await admin(one, 'POST /apply', { body: { ...body, dryRun: true } });
    expect(plan.body['create']).toHaveLength(3);
    expect((await admin(one, 'GET /teams/built')).status).toBe(404);
    expect((await admin(one, 'POST /apply', { body })).body['create']).toHaveLength(3);
    const again = await admin(one, 'POST /apply', { body: { ...body, source: 'git:company/access@def' } });
    expect(again.body).toMatchObject({ create: [], change: [], remove: [], unchanged: 3 });
    expect(await chat(one, 'applied-secret')).toBe(200);
    const refused = await admin(one, 'PUT /teams/built', { body: {} });
    expect(refused.body.error).toMatchObject({ code: 'managed_by_files' });
    expect(refused.body.error.message).toMatch(/git:company\/access.*teams\.yaml.*abc/);
    const broken = await admin(one, 'POST /apply', { body: { ...body, documents: documents.slice(0, 2) } });
    expect([broken.status, broken.body.error.param]).toEqual([400, "Team 'built'.parent"]);
    const taken = await admin(one, 'POST /apply', { body: { documents, source: 'git:other' } });
    expect(taken.body.error.code).toBe('managed_by_files');
    const pruned = await admin(one, 'POST /apply', { body: { ...body, documents: [] } });
    expect(pruned.body['remove']).toHaveLength(3);
    expect(await chat(one, 'applied-secret')).toBe(401);
    expect((await admin(one, 'GET /teams/search')).status).toBe(200);
  });

  it('describes nothing of objects of other teams to a team admin', async () => {
    for (const team of ['search', 'secret-team']) await admin(one, `PUT /teams/${team}`, { body: {} });
    const hidden = await admin(one, 'PUT /applications/hidden', { body: { team: 'secret-team' } });
    const source = 'git:company/secret';
    const documents = [{ kind: 'Application', name: 'applied', team: 'secret-team' }];
    expect((await admin(one, 'POST /apply', { body: { source, documents } })).status).toBe(200);
    const as = { key: TEAM_ADMIN_KEY, body: { team: 'search' } };
    for (const headers of [{}, { 'if-match': '"99"' }, { 'if-none-match': '*' }] as Record<string, string>[]) {
      for (const name of ['hidden', hidden.body.id, 'applied']) {
        const { status, body } = await admin(one, `PUT /applications/${name}`, { ...as, headers });
        expect([name, headers, status, body.error.code]).toEqual([name, headers, 403, 'permission_denied']);
        expect(body.error.message).not.toMatch(/version|secret/);
      }
    }
    for (const more of [{}, { team: 'search' }]) {
      const [ofHidden, ofNone] = await Promise.all(
        ['hidden', 'absent'].map((application) =>
          admin(one, 'POST /keys', { ...as, body: { name: 'of-hidden', application, ...more } }),
        ),
      );
      expect([ofHidden!.status, ofHidden!.body.error.param]).toEqual([400, 'application']);
      expect(ofHidden!.body.error.message.replace('hidden', 'absent')).toBe(ofNone!.body.error.message);
    }
  });

  it('keeps names and ids apart: no request renames an object, and no name is the id of another one', async () => {
    await admin(one, 'PUT /teams/named', { body: {} });
    const application = await admin(one, 'PUT /applications/named', { body: { team: 'named' } });
    const key = await admin(one, 'POST /keys', { body: { name: 'named', application: 'named' } });
    const entry = await admin(one, 'PUT /catalog/named', { body: { state: 'blocked' } });
    const team = await admin(one, 'GET /teams/named');
    const puts: [string, string, object][] = [
      ['teams', team.body.id, {}],
      ['applications', application.body.id, { team: 'named' }],
      ['catalog', entry.body.id, { state: 'approved' }],
    ];
    for (const [path, id, body] of puts) {
      const answer = await admin(one, `PUT /${path}/${id}`, { body });
      expect([path, answer.status, answer.body.error?.code]).toEqual([path, 400, 'invalid_value']);
      expect((await admin(one, `GET /${path}/named`)).body).toMatchObject({ name: 'named', version: 1, id });
    }
    const created = await admin(one, 'POST /keys', { body: { name: key.body.id, team: 'named' } });
    expect([created.status, created.body.error?.code]).toEqual([409, 'already_exists']);
    for (const documents of [
      [{ kind: 'Team', name: team.body.id }],
      [{ kind: 'Team', name: 'fresh', id: 'named' }],
      [
        { kind: 'Team', name: 'fresh', id: 'older' },
        { kind: 'Team', name: 'older' },
      ],
    ]) {
      const answer = await admin(one, 'POST /import', { body: { documents } });
      expect([documents, answer.status, answer.body.error?.code]).toEqual([documents, 409, 'already_exists']);
    }
  });

  it('limits what a team admin can store in the memory of each replica', async () => {
    await admin(one, 'PUT /teams/search', { body: {} });
    const many = Array.from({ length: 1_001 }, (_, index) => `m${index}`);
    const kept = { metadata: { a: 'x'.repeat(16_000) }, models: many.slice(1), name: 'at-the-limit' };
    const as = { key: TEAM_ADMIN_KEY };
    expect((await admin(one, 'POST /keys', { ...as, body: kept })).status).toBe(201);
    for (const [field, value] of [
      ['models', many],
      ['models', ['x'.repeat(16_385)]],
      ['metadata', Object.fromEntries(many.map((name) => [name, 'x']))],
      ['metadata', { a: 'x'.repeat(16_384) }],
      ['metadata', { ['x'.repeat(16_384)]: 'a' }],
    ] as const) {
      const ofKey = await admin(one, 'POST /keys', { ...as, body: { name: 'too-large', [field]: value } });
      expect([ofKey.status, ofKey.body.error?.param]).toEqual([400, field]);
      const body = { team: 'search', [field]: value };
      const ofApplication = await admin(one, 'PUT /applications/too-large', { ...as, body });
      expect([ofApplication.status, ofApplication.body.error?.param]).toEqual([400, field]);
    }
    const body = { team: 'search', dataPolicy: { profiles: many } };
    expect((await admin(one, 'PUT /applications/too-large', { ...as, body })).status).toBe(400);
  });

  it('ends pages of the audit before they take much memory', async () => {
    const body = { guardrail: { id: 'x'.repeat(900_000) } };
    for (let changes = 0; changes < 7; changes++) {
      expect((await admin(one, 'PUT /teams/large', { body })).status).toBe(changes === 0 ? 201 : 200);
    }
    const { id } = (await admin(one, 'GET /teams/large')).body;
    const sizes: number[] = [];
    for (let after: string | null = '0'; after !== null;) {
      const page: AdminAnswer = await admin(one, `GET /audit?limit=1000&object=${id}&after=${after}`);
      sizes.push(page.body.data.length);
      after = page.body.next;
    }
    expect(sizes).toEqual([6, 1]);
    const exact = await admin(one, `GET /audit?limit=5&object=${id}`);
    expect([exact.body.data.length, exact.body.has_more]).toEqual([5, true]);
    await admin(one, 'DELETE /teams/large');
  });

  it('refuses keys with the id of a principal, whose stored responses they would own', async () => {
    const secrets = [{ hash: hashApiKey('sk-of-another') }];
    const documents = [{ kind: 'Key', name: 'as-another', id: 'p_0123456789abcdef0123', secrets }];
    const { status, body } = await admin(one, 'POST /import', { body: { documents } });
    expect([status, body.error.param]).toEqual([400, 'documents[0].id']);
  });

  it('answers at once for keys with hostile patterns', async () => {
    const body = { name: 'hostile-patterns', models: [`${'*'.repeat(60)}!`, `us.${'*a'.repeat(60)}!`] };
    const { secret } = (await admin(one, 'POST /keys', { key: TEAM_ADMIN_KEY, body })).body;
    await within(() => chat(one, secret), 403);
    for (const model of ['claude-haiku-4-5', `us.anthropic.${'a'.repeat(200)}`]) {
      const headers = { authorization: `Bearer ${secret}` };
      const { status } = await one.send('/v1/chat/completions', { body: { ...CHAT, model }, headers });
      expect([403, 404]).toContain(status);
    }
  });

  it('is closed to API keys of the data port, and its keys are no API keys', async () => {
    expect((await admin(one, 'GET /teams', { key: KEY })).body.error.code).toBe('permission_denied');
    expect((await admin(one, 'GET /teams', { key: 'unknown' })).status).toBe(401);
    expect(await chat(one, TEAM_ADMIN_KEY)).toBe(401);
  });
});

async function reachable(gateway: TestGateway): Promise<void> {
  expect(await within(async () => (await admin(gateway, 'GET /teams')).status, 200, 10_000)).toBe(200);
}
