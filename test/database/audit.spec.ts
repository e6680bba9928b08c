import type { DatabaseService } from '../../src/database/database.service.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { describeDatabases } from './databases.ts';

const ACTOR = { kind: 'admin-key', id: 'root' } as const;

describeDatabases('the audit', (test) => {
  let service: DatabaseService;
  let repository: GovernanceRepository;

  beforeEach(async () => {
    service = await test.connect();
    repository = new GovernanceRepository(service);
    for (let index = 0; index < 5; index += 1) {
      await repository.change(async (change) => {
        change.appendAudit({
          actor: ACTOR,
          action: 'team.change',
          objectKind: 'Team',
          objectId: `t${index % 2}`,
          after: { b: 1, a: '\0\uD800' },
        });
      });
    }
  });

  it('is a chain that verifies, and pages by object', async () => {
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true, entries: 5 });
    const page = await repository.audit({ limit: 10, after: 1, objectKind: 'Team', objectId: 't0' });
    expect(page.map(({ sequence }) => sequence)).toEqual([3, 5]);
    expect(page[0]!.after).toBe(String.raw`{"a":"\u0000\ud800","b":1}`);
  });

  it.each([
    ['a changed entry', "update audit_entry set action = 'other' where sequence = 3", 3],
    ['a removed entry', 'delete from audit_entry where sequence = 2', 2],
    ['a removed last entry', 'delete from audit_entry where sequence = 5', 5],
    ['removed first entries', 'delete from audit_entry where sequence < 3', 1],
    ['another order', 'update audit_entry set sequence = sequence + 10 where sequence = 4', 4],
  ])('detects %s', async (_title, statement, sequence) => {
    const { sql } = await import('kysely');
    await service.query((db) => sql.raw(statement).execute(db));
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: false, sequence });
  });

  it('verifies after trimming and after the erasure of a principal', async () => {
    await repository.change(async (change) => {
      change.appendAudit({
        actor: ACTOR,
        action: 'sign-in',
        personal: { principalId: 'p_1', values: { email: 'jo@example.com' } },
      });
    });
    const [entry] = await repository.audit({ after: 5, limit: 1 });
    expect(JSON.stringify(entry)).not.toContain('jo@example');
    expect(entry!.details).toContain('hmac:');
    await repository.change((change) => change.eraseIdentity('p_1'));
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true, entries: 6 });
    await repository.trimAudit(entry!.at);
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true, checkpoint: { sequence: 5 } });
  });

  it('asks replicas for a reload after trimmed changes', async () => {
    const state = await repository.state();
    await repository.change((change) => change.assignRole('p_1', 'auditor'));
    await expect(repository.changesSince(state)).resolves.toMatchObject({ kind: 'changes' });
    await repository.trimChanges('9999');
    await expect(repository.changesSince(state)).resolves.toMatchObject({ kind: 'reload' });
    await expect(repository.roles('p_1')).resolves.toEqual([{ principalId: 'p_1', role: 'auditor', teamId: '' }]);
  });
});
