import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import { MaintenanceStore } from '../../src/governance/maintenance/maintenance-store.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { GovernanceConflictError } from '../../src/governance/repository/stored-change.ts';
import { describeDatabases } from './databases.ts';

function team(id: string, name = id, more: object = {}): GovernanceRecord<'Team'> {
  return { kind: 'Team', id, name, document: { name, ...more }, origin: 'database', version: 0 };
}

function key(id: string, hashes: string[]): GovernanceRecord<'Key'> {
  const document = { name: id, state: 'active', secrets: hashes.map((hash) => ({ hash })) };
  return { kind: 'Key', id, name: id, document, origin: 'database', version: 0 } as GovernanceRecord<'Key'>;
}

describeDatabases('the repository', (test) => {
  let repository: GovernanceRepository;

  beforeAll(async () => {
    repository = new GovernanceRepository(await test.connect());
  });

  it('writes, finds, replaces and removes an object', async () => {
    const { result } = await repository.change((change) =>
      change.write(team('team_a', 'alpha', { models: ['claude-*'] })),
    );
    expect(result).toMatchObject({ version: 1, origin: 'database' });
    await expect(repository.find('Team', 'alpha')).resolves.toEqual(result);
    await repository.change((change) => change.write({ ...result, name: 'beta' }));
    await expect(repository.find('Team', 'alpha')).resolves.toBeUndefined();
    await expect(repository.find('Team', 'team_a')).resolves.toMatchObject({
      name: 'beta',
      version: 2,
      createdAt: result.createdAt,
    });
    await repository.change((change) => change.remove(result));
    await expect(repository.find('Team', 'team_a')).resolves.toBeUndefined();
  });

  it('reports changes, removals and cuts since a state', async () => {
    const { state } = await repository.change((change) => change.write(key('key_1', [])));
    await expect(repository.changesSince(state)).resolves.toEqual({ kind: 'changes', state, changes: [] });
    const { state: later } = await repository.change(async (change) => {
      await change.write(team('team_b'));
      const written = await change.write(key('key_1', []));
      change.cut(written);
      await change.remove(team('team_never'));
    });
    expect(later.revision).toBe(state.revision + 1);
    await expect(repository.state()).resolves.toEqual(later);
    const since = await repository.changesSince(state);
    expect(since).toMatchObject({ kind: 'changes', state: later });
    expect(since.kind === 'changes' && since.changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'Team',
          id: 'team_b',
          cut: false,
          record: expect.objectContaining({ version: 1 }),
        }),
        expect.objectContaining({
          kind: 'Key',
          id: 'key_1',
          cut: true,
          record: expect.objectContaining({ version: 2 }),
        }),
        { kind: 'Team', id: 'team_never', cut: false, record: undefined },
      ]),
    );
  });

  it.each([
    ['another epoch', { epoch: 'other', revision: 0 }],
    ['a revision of the future', { revision: 1_000_000 }],
  ])('asks for a reload after %s', async (_title, difference) => {
    const state = await repository.state();
    await expect(repository.changesSince({ ...state, ...difference })).resolves.toEqual({ kind: 'reload', state });
  });

  it('changes nothing if a change throws', async () => {
    const before = await repository.state();
    const failing = repository.change(async (change) => {
      await change.write(team('team_c'));
      change.appendAudit({ actor: { kind: 'gateway', id: 'test' }, action: 'team.create' });
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    await expect(repository.find('Team', 'team_c')).resolves.toBeUndefined();
    await expect(repository.state()).resolves.toEqual(before);
  });

  it('keeps names unique in their kind, and hashes in all keys', async () => {
    await repository.change((change) => change.writeAll([team('team_d', 'delta'), key('key_d', ['sha256:d'])]));
    const name = repository.change((change) => change.write(team('team_e', 'delta')));
    await expect(name).rejects.toMatchObject({ field: 'name', existingId: 'team_d' });
    const hash = repository.change((change) => change.write(key('key_e', ['sha256:d'])));
    await expect(hash).rejects.toMatchObject({ field: 'hash', existingId: 'key_d' });
    const both = repository.change((change) =>
      change.writeAll([key('key_f', ['sha256:f']), key('key_g', ['sha256:f'])]),
    );
    await expect(both).rejects.toBeInstanceOf(GovernanceConflictError);
    await repository.change((change) => change.remove(key('key_d', [])));
    await repository.change((change) => change.write(key('key_e', ['sha256:d'])));
  });

  it('gives concurrent changes consecutive revisions', async () => {
    const { revision } = await repository.state();
    const states = await Promise.all(
      Array.from(
        { length: 20 },
        async (_, index) => (await repository.change((change) => change.write(team(`team_p${index}`)))).state,
      ),
    );
    const revisions = states.map((state) => state.revision).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, index) => revision + index + 1));
  });

  it('reads all objects in slices', async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => key(`key_many_${index}`, [`sha256:${index}`]));
    await repository.change((change) => change.writeAll(many));
    const ids: string[] = [];
    let slices = 0;
    for await (const slice of repository.readAll('Key')) {
      slices += 1;
      ids.push(...slice.map(({ id }) => id));
    }
    expect(slices).toBe(3);
    expect(ids.filter((id) => id.startsWith('key_many_'))).toHaveLength(2_500);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives a task to one replica, unless the time of the last start comes from a wrong clock', async () => {
    const database = await test.connect();
    const tasks = new MaintenanceStore(database);
    const HOUR_MS = 3_600_000;
    const begun = (ahead: number) =>
      database.query((db) =>
        db
          .updateTable('maintenance_task')
          .set({ begun_at: new Date(Date.now() + ahead).toISOString() })
          .execute(),
      );
    expect(await tasks.claim('task', HOUR_MS)).toBe(true);
    expect(await tasks.claim('task', HOUR_MS)).toBe(false);
    // Another replica read the clock later, and wrote first.
    await begun(HOUR_MS / 60);
    expect(await tasks.claim('task', HOUR_MS)).toBe(false);
    await begun(24 * HOUR_MS);
    expect(await tasks.claim('task', HOUR_MS)).toBe(true);
    await begun(-2 * HOUR_MS);
    expect(await tasks.claim('task', HOUR_MS)).toBe(true);
  });
});
