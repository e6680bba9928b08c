import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import { DatabaseMaintenance } from '../../src/governance/maintenance/database-maintenance.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { MaintenanceStore } from '../../src/governance/maintenance/maintenance-store.ts';
import { GovernanceTransaction } from '../../src/governance/repository/governance-transaction.ts';
import { lockState } from '../../src/governance/repository/lock-state.ts';
import { describeDatabases } from './databases.ts';

const ACTOR = { kind: 'admin-key', id: 'root' } as const;

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

describeDatabases('the audit', (test) => {
  let service: DatabaseService;
  let repository: GovernanceRepository;
  let store: MaintenanceStore;

  beforeEach(async () => {
    service = await test.connect();
    repository = new GovernanceRepository(service);
    store = new MaintenanceStore(service);
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

  /** Appends entries at a time in the past, each in the chain, and a change of the same time. */
  async function appendAt(at: string, count: number): Promise<void> {
    await service.transaction(async (transaction) => {
      const change = new GovernanceTransaction(transaction, await lockState(transaction), at);
      for (let index = 0; index < count; index += 1) change.appendAudit({ actor: ACTOR, action: `old-${index}` });
      await change.assignRole(`p_${at}`, 'auditor');
      await change.finish();
    });
  }

  it('verifies after the erasure of a principal', async () => {
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
  });

  it('verifies after trimming, which keeps what is younger, and works in slices', async () => {
    service = await test.connect();
    repository = new GovernanceRepository(service);
    store = new MaintenanceStore(service);
    await appendAt(daysAgo(300), 2_500);
    await appendAt(daysAgo(100), 3);
    await expect(store.trimAudit(301)).resolves.toBeUndefined();
    await expect(store.trimAudit(200)).resolves.toMatchObject({ removed: 2_000, isComplete: false });
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true, checkpoint: { sequence: 2_000 } });
    await expect(store.trimAudit(200)).resolves.toMatchObject({ removed: 500, isComplete: true });
    await expect(store.trimAudit(200)).resolves.toBeUndefined();
    const verdict = await repository.verifyAudit();
    expect(verdict).toMatchObject({ valid: true, entries: 3, checkpoint: { sequence: 2_500 } });
    await repository.change(async (change) => change.appendAudit({ actor: ACTOR, action: 'later' }));
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true, entries: 4 });
    await expect(store.trimAudit(1)).resolves.toMatchObject({ removed: 3, checkpoint: { sequence: 2_503 } });
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true, entries: 1 });
  });

  it('detects removed entries also behind a checkpoint that was moved', async () => {
    await appendAt(daysAgo(1), 1);
    const [entry] = await repository.audit({ after: 2, limit: 1 });
    const { sql } = await import('kysely');
    const moved = `insert into audit_checkpoint (sequence, hash, at) values (3, '${entry!.hash}x', '')`;
    await service.query((db) => sql.raw(moved).execute(db));
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: false, sequence: 4 });
  });

  it('asks replicas for a reload after trimmed changes', async () => {
    const state = await repository.state();
    await appendAt(daysAgo(3), 1);
    await repository.change((change) => change.assignRole('p_1', 'auditor'));
    await expect(repository.changesSince(state)).resolves.toMatchObject({ kind: 'changes' });
    await expect(store.trimChanges(4)).resolves.toBe(true);
    await expect(repository.changesSince(state)).resolves.toMatchObject({ kind: 'changes' });
    await expect(store.trimChanges(1)).resolves.toBe(true);
    await expect(repository.changesSince(state)).resolves.toMatchObject({ kind: 'reload' });
    const trimmed = { ...state, revision: state.revision + 1 };
    await expect(repository.changesSince(trimmed)).resolves.toMatchObject({
      kind: 'changes',
      changes: [{ id: 'p_1' }],
    });
    await expect(repository.roles('p_1')).resolves.toEqual([{ principalId: 'p_1', role: 'auditor', teamId: '' }]);
  });
});

describeDatabases('the maintenance of the database', (test) => {
  /** Runs the due tasks of several replicas at the same time. Returns the audit lines that they log. */
  async function runOn(stores: readonly MaintenanceStore[]): Promise<Record<string, unknown>[]> {
    const lines: Record<string, unknown>[] = [];
    jest.spyOn(Logger.prototype, 'log').mockImplementation((line: unknown) => {
      lines.push(line as Record<string, unknown>);
    });
    jest.spyOn(Logger.prototype, 'debug').mockImplementation(() => undefined);
    const config = new GatewayConfig();
    await Promise.all(stores.map((store) => new DatabaseMaintenance(store, config).runDueTasks()));
    jest.restoreAllMocks();
    return lines.filter((line) => typeof line === 'object' && String(line['event']).startsWith('audit_'));
  }

  it('runs on one replica in each period: the head is logged, and old rows are removed', async () => {
    const service = await test.connect();
    const stores = Array.from({ length: 3 }, () => new MaintenanceStore(service));
    const repository = new GovernanceRepository(service);
    for (const [at, action] of [
      [daysAgo(401), 'first'],
      [daysAgo(399), 'second'],
    ] as const) {
      await service.transaction(async (transaction) => {
        const change = new GovernanceTransaction(transaction, await lockState(transaction), at);
        change.appendAudit({ actor: ACTOR, action });
        await change.assignRole('p_1', action);
        await change.finish();
      });
    }
    const head = await repository.auditHead();
    const lines = await runOn(stores);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ log: 'audit', event: 'audit_head', ...head }),
        expect.objectContaining({ log: 'audit', event: 'audit_trimmed', removed: 1, sequence: 1 }),
      ]),
    );
    expect(lines).toHaveLength(2);
    await expect(repository.audit({ limit: 10 })).resolves.toMatchObject([{ action: 'second' }]);
    const { count } = await service.query((db) =>
      db
        .selectFrom('governance_change')
        .select(({ fn }) => fn.countAll().as('count'))
        .executeTakeFirstOrThrow(),
    );
    expect(Number(count)).toBe(0);
    await expect(runOn(stores)).resolves.toEqual([]);
    // An hour later; and after a time that a wrong clock wrote.
    for (const begunAt of [daysAgo(1 / 24), daysAgo(-2)]) {
      await service.query((db) => db.updateTable('maintenance_task').set({ begun_at: begunAt }).execute());
      await expect(runOn(stores)).resolves.toEqual([expect.objectContaining({ event: 'audit_head' })]);
    }
  });

  it('does nothing, and fails nothing, without the database', async () => {
    const service = await test.connect();
    await service.onApplicationShutdown();
    await expect(runOn([new MaintenanceStore(service)])).resolves.toEqual([]);
  });
});
