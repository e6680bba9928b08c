import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { restoreGovernance } from '../../../src/governance/maintenance/restore-governance.ts';
import { GovernanceRepository } from '../../../src/governance/repository/governance.repository.ts';
import { describePostgres, describeSqlite } from '../../database/databases.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { admin, AUDITOR_KEY, startAdminGateway, TEAM_ADMIN_KEY, within } from './admin-gateway.ts';

async function started(url: string): Promise<TestGateway> {
  const gateway = await startAdminGateway(url);
  await within(async () => (await admin(gateway, 'GET /teams')).status, 200, 30_000);
  return gateway;
}

describeSqlite('a backup by the admin API', (test) => {
  let gateway: TestGateway;
  let folder: string;
  beforeAll(async () => {
    const url = await test.createDatabase();
    gateway = await started(url);
    folder = join(dirname(url.slice('sqlite:'.length)), 'backups');
  });
  afterAll(() => gateway.close());

  it('is a private file of its folder, which restores into another database', async () => {
    await admin(gateway, 'PUT /teams/kept', { body: {} });
    const { status, body } = await admin(gateway, 'POST /database/backup', { body: {} });
    const file = body['file'] as string;
    expect([status, dirname(file)]).toEqual([200, folder]);
    expect([statSync(file).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
    const other = await test.connect();
    await restoreGovernance(await other.opened(), file);
    expect(await new GovernanceRepository(other).find('Team', 'kept')).toMatchObject({ name: 'kept' });
    const { data } = (await admin(gateway, 'GET /audit?limit=1000')).body;
    expect(data.at(-1)).toMatchObject({ action: 'database.backup', actor: { id: 'root' }, details: { file } });
    expect(readFileSync(file, 'utf8')).toContain('database.backup');
  });

  it('takes no path of the caller, and no other role', async () => {
    const before = readdirSync(folder);
    for (const body of [{ file: '/tmp/x' }, { path: '../x' }, []]) {
      expect((await admin(gateway, 'POST /database/backup', { body })).status).toBe(400);
    }
    for (const key of [AUDITOR_KEY, TEAM_ADMIN_KEY]) {
      expect((await admin(gateway, 'POST /database/backup', { body: {}, key })).status).toBe(403);
    }
    expect(readdirSync(folder)).toEqual(before);
  });

  it('runs once at a time', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => admin(gateway, 'POST /database/backup', { body: {} })));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    for (const { status, body } of answers) {
      if (status !== 200) expect([status, body.error.code]).toEqual([409, 'invalid_state']);
    }
    expect((await admin(gateway, 'POST /database/backup', { body: {} })).status).toBe(200);
  });

  it('leaves no part of a file if its folder cannot be written, and names the setting', async () => {
    const url = await test.createDatabase();
    const blocked = join(dirname(url.slice('sqlite:'.length)), 'blocked');
    writeFileSync(blocked, '');
    chmodSync(blocked, 0o400);
    const other = await startAdminGateway('', `database: { url: '${url}', backupFolder: '${blocked}/sub' }`);
    await within(async () => (await admin(other, 'GET /teams')).status, 200, 30_000);
    const { status, body } = await admin(other, 'POST /database/backup', { body: {} });
    expect([status, body.error.code]).toEqual([409, 'invalid_state']);
    expect(body.error.message).toContain('database.backupFolder');
    await other.close();
  });
});

describePostgres('a backup by the admin API', (test) => {
  it('names pg_dump', async () => {
    const gateway = await started(await test.createDatabase());
    const { status, body } = await admin(gateway, 'POST /database/backup', { body: {} });
    expect([status, body.error.message]).toEqual([409, expect.stringContaining('pg_dump')]);
    await gateway.close();
  });
});

describe('a backup without a database', () => {
  it('names the setting', async () => {
    const gateway = await startAdminGateway('');
    const { status, body } = await admin(gateway, 'POST /database/backup', { body: {} });
    expect([status, body.error.code]).toEqual([409, 'read_only']);
    await gateway.close();
  });
});

describeSqlite('a flood of rejected calls', (test) => {
  it('is counted, and writes a limited number of audit entries', async () => {
    const gateway = await started(await test.createDatabase());
    const call = (key: string) => admin(gateway, 'PUT /teams/x', { key, body: {} });
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => call(index % 2 ? 'unknown-key' : AUDITOR_KEY)));
    }
    const denied = async () => {
      const { data } = (await admin(gateway, 'GET /audit?limit=1000')).body;
      return Map.groupBy(data, ({ action }) => action);
    };
    await within(async () => (await denied()).get('access.denied')?.length, 100, 10_000);
    const entries = await denied();
    // The limits have grown by the entries of some seconds.
    expect(entries.get('sign-in.denied')!.length).toBeLessThanOrEqual(32);
    expect(entries.get('access.denied')!.length).toBeGreaterThanOrEqual(100);
    expect(entries.get('access.denied')!.length).toBeLessThanOrEqual(110);
    expect(entries.get('access.denied')![0]).toMatchObject({ actor: { kind: 'admin-key', id: 'audit' } });
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toContain('outcrop_admin_denied_total{reason="unknown_key"} 250');
    expect(metrics).toContain('outcrop_admin_denied_total{reason="role"} 250');
    expect(metrics).toMatch(/outcrop_audit_entries_not_written_total\{reason="limit"\} 3\d\d/);
    expect(metrics).toMatch(
      /outcrop_requests_total\{route="\/admin\/v1\/teams\/:name",model="none",status="403"\} 250/,
    );
    expect(metrics).toMatch(/outcrop_errors_total\{route="\/admin\/v1\/teams\/:name",code="permission_denied"/);
    await gateway.close();
  });
});
