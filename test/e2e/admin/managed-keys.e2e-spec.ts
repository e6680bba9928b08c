import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { GovernanceRepository } from '../../../src/governance/repository/governance.repository.ts';
import { describeDatabases } from '../../database/databases.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { admin, startAdminGateway, TEAM_ADMIN_KEY, within } from './admin-gateway.ts';

const SECRET = 'secret-of-a-key-in-git';

/** Documents of a folder with a key. */
function folderWith(key: Record<string, unknown> = {}): object[] {
  const secrets = [{ hash: hashApiKey(SECRET) }];
  return [
    { kind: 'Team', name: 'search', file: 'teams.yaml' },
    { kind: 'Key', name: 'ci', team: 'search', secrets, file: 'keys.yaml', ...key },
  ];
}

describeDatabases('a key that was applied from files', (test) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startAdminGateway(await test.createDatabase());
    await within(async () => (await admin(gateway, 'GET /teams')).status, 200, 30_000);
  });
  afterAll(() => gateway.close());

  const apply = async (documents: readonly object[], more: object = {}) => {
    const body = { documents, source: 'git:company/access@abc', prune: true, ...more };
    return (await admin(gateway, 'POST /apply', { body })).body;
  };
  const statusOf = async (secret: string): Promise<number> =>
    (await gateway.send('/v1/models', { headers: { authorization: `Bearer ${secret}` } })).status;
  const drift = async () => (await admin(gateway, 'GET /drift')).body.data;

  beforeEach(async () => {
    await apply([]);
    await apply(folderWith());
  });

  it('is disabled by an admin in an emergency, and no apply enables it', async () => {
    expect(await statusOf(SECRET)).toBe(200);
    const disabled = await admin(gateway, 'POST /keys/ci/disable', { body: { cut: true } });
    expect(disabled.body).toMatchObject({ document: { state: 'disabled' }, managedBy: { appliedState: 'active' } });
    expect(await statusOf(SECRET)).toBe(401);
    expect(await drift()).toMatchObject([{ kind: 'Key', name: 'ci', reason: 'changed' }]);
    for (const more of [{ dryRun: true }, {}, {}]) {
      const plan = await apply(folderWith(), more);
      const overridden = [{ kind: 'Key', name: 'ci', state: 'disabled', fileState: 'active', file: 'keys.yaml' }];
      expect(plan).toMatchObject({ create: [], change: [], remove: [], unchanged: 2, overridden });
    }
    const changed = await apply(folderWith({ models: ['nova-*'] }));
    expect(changed).toMatchObject({ change: [{ name: 'ci', fields: ['models'] }], overridden: [{ name: 'ci' }] });
    expect(await statusOf(SECRET)).toBe(401);
    const enabled = await admin(gateway, 'POST /keys/ci/enable', { body: {} });
    expect(enabled.body['managedBy']).not.toHaveProperty('appliedState');
    expect([await statusOf(SECRET), await drift()]).toEqual([200, []]);
    expect(await apply(folderWith({ models: ['nova-*'] }))).toMatchObject({ unchanged: 2, overridden: [] });
  });

  it('is in step with its file once that has the state, which then decides', async () => {
    await admin(gateway, 'POST /keys/ci/disable', { body: {} });
    expect(await apply(folderWith({ state: 'disabled' }))).toMatchObject({ change: [{ name: 'ci' }], overridden: [] });
    expect(await drift()).toEqual([]);
    const enabled = await admin(gateway, 'POST /keys/ci/enable', { body: {} });
    expect([enabled.status, enabled.body.error.code]).toEqual([409, 'managed_by_files']);
    await apply(folderWith());
    expect(await statusOf(SECRET)).toBe(200);
  });

  it('gets the narrower of both states', async () => {
    await admin(gateway, 'POST /keys/ci/disable', { body: {} });
    expect(await apply(folderWith({ state: 'revoked' }))).toMatchObject({ overridden: [] });
    const { body } = await admin(gateway, 'GET /keys/ci');
    expect([body['document'], await drift()]).toMatchObject([{ state: 'revoked' }, []]);
  });

  it('is revoked for ever, also when its file changes', async () => {
    await admin(gateway, 'POST /keys/ci/revoke', { body: { cut: true } });
    for (const state of ['active', 'disabled']) {
      expect(await apply(folderWith({ state }))).toMatchObject({
        overridden: [{ state: 'revoked', fileState: state }],
      });
      expect(await statusOf(SECRET)).toBe(401);
    }
    expect((await admin(gateway, 'POST /keys/ci/enable', { body: {} })).body.error.code).toBe('invalid_state');
    expect(await apply(folderWith({ state: 'revoked' }))).toMatchObject({ overridden: [] });
    expect(await drift()).toEqual([]);
    const revived = await apply(folderWith());
    expect(revived.error).toMatchObject({ param: 'documents[1].state' });
    const { data } = (await admin(gateway, 'GET /audit?limit=1000&kind=Key')).body;
    const entry = data.findLast(({ action }) => action === 'key.revoke');
    expect(entry).toMatchObject({ actor: { id: 'root' }, details: { cut: true, managedByFiles: true } });
  });

  it('is changed by no other caller, and in no other way', async () => {
    for (const route of ['disable', 'enable', 'revoke']) {
      const refused = await admin(gateway, `POST /keys/ci/${route}`, { body: {}, key: TEAM_ADMIN_KEY });
      expect([route, refused.status, refused.body.error.code]).toEqual([route, 409, 'managed_by_files']);
    }
    for (const call of ['PATCH /keys/ci', 'DELETE /keys/ci', 'POST /keys/ci/rotate']) {
      const { status, body } = await admin(gateway, call, { ...(!call.startsWith('DELETE') && { body: {} }) });
      expect([call, status, body.error.code]).toEqual([call, 409, 'managed_by_files']);
      expect(body.error.message).toContain('emergency');
    }
    expect(await statusOf(SECRET)).toBe(200);
    const late = await admin(gateway, 'POST /keys/ci/disable', { body: {}, headers: { 'if-match': '"99"' } });
    expect(late.body.error.code).toBe('version_conflict');
  });
});

describeDatabases('documents', (test) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startAdminGateway(await test.createDatabase());
    await within(async () => (await admin(gateway, 'GET /teams')).status, 200, 30_000);
  });
  afterAll(() => gateway.close());

  it('are planned by a dry run while another change has the lock', async () => {
    if ((await admin(gateway, 'GET /state')).body['database']!['dialect' as never] === 'sqlite') {
      // SQLite has one connection, which transactions use in turns.
      return;
    }
    const repository = gateway.app.get(GovernanceRepository, { strict: false });
    const release = Promise.withResolvers<void>();
    const held = repository.change(() => release.promise);
    const body = { documents: [{ kind: 'Team', name: 'planned' }], dryRun: true };
    expect((await admin(gateway, 'POST /apply', { body })).body).toMatchObject({ create: [{ name: 'planned' }] });
    release.resolve();
    await held;
  });

  it('of a dry run raise no revision and write no audit entry', async () => {
    const before = (await admin(gateway, 'GET /audit?limit=1000')).body.data.length;
    const revisionNow = async () => (await admin(gateway, 'GET /state')).body['revision'];
    // The snapshot may not be loaded yet.
    expect(await within(async () => (await revisionNow()) !== null, true, 20_000)).toBe(true);
    const revision = await revisionNow();
    await admin(gateway, 'POST /apply', { body: { documents: folderWith(), source: 'x', dryRun: true } });
    expect(await revisionNow()).toBe(revision);
    expect((await admin(gateway, 'GET /audit?limit=1000')).body.data).toHaveLength(before);
  });

  it('are applied all or none, and pruned of their source only', async () => {
    const teams = (...names: string[]) => names.map((name) => ({ kind: 'Team', name }));
    const send = (documents: object[], source: string, prune = true) =>
      admin(gateway, 'POST /apply', { body: { documents, source, prune } });
    await send(teams('a1', 'a2'), 'git:a');
    await send(teams('b1'), 'git:b');
    await admin(gateway, 'PUT /teams/by-hand', { body: {} });
    const failures = [
      [{ kind: 'Team', name: 'a3', parent: 'nowhere' }],
      [{ kind: 'Team', name: 'a3', color: 'red' }],
      [{ kind: 'Key', name: 'k', secrets: [{ hash: 'x' }] }],
      teams('b1'),
      teams('a3', 'a3'),
    ];
    const revision = async () => (await admin(gateway, 'GET /state')).body['revision'];
    const before = await revision();
    for (const broken of failures) {
      const { status } = await send([...teams('a1', 'new'), ...broken], 'git:a');
      expect([broken, status >= 400 && status < 500]).toEqual([broken, true]);
    }
    expect(await revision()).toBe(before);
    expect((await admin(gateway, 'GET /teams/new')).status).toBe(404);
    expect((await send(teams('a1'), 'git:a')).body).toMatchObject({ remove: [{ name: 'a2' }], unchanged: 1 });
    expect((await send(teams('a1'), 'git:a')).body).toMatchObject({ create: [], change: [], remove: [], unchanged: 1 });
    const names = (await admin(gateway, 'GET /teams')).body.data.map(({ name }) => name);
    expect(names.sort()).toEqual(['a1', 'b1', 'by-hand']);
  });

  it('of two changes with the same If-Match leave one', async () => {
    await admin(gateway, 'PUT /teams/raced', { body: {} });
    for (let version = 1; version <= 10; version++) {
      const answers = await Promise.all(
        ['one', 'two'].map((costCenter) =>
          admin(gateway, 'PUT /teams/raced', { body: { costCenter }, headers: { 'if-match': `"${version}"` } }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 412]);
      const winner = answers.find(({ status }) => status === 200)!;
      const found = (await admin(gateway, 'GET /teams/raced')).body;
      expect(found).toMatchObject({ version: version + 1, document: winner.body['document'] });
    }
  });
});
