import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBackup } from '../../src/database/backup/write-backup.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { restoreGovernance } from '../../src/governance/maintenance/restore-governance.ts';
import { describeDatabases } from './databases.ts';

function keyIn(state: 'active' | 'revoked', id = 'key_1'): GovernanceRecord<'Key'> {
  const document = { name: id, state, secrets: [{ hash: `sha256:${id}` }] };
  return { kind: 'Key', id, name: id, document, origin: 'database', version: 0 };
}

describeDatabases('a backup', (test) => {
  let folder: string;
  let service: DatabaseService;
  let repository: GovernanceRepository;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outcrop-backup-'));
    service = await test.connect();
    repository = new GovernanceRepository(service);
    await repository.change(async (change) => {
      await change.writeAll(Array.from({ length: 1_200 }, (_, index) => keyIn('active', `key_${index}`)));
      change.appendAudit({
        actor: { kind: 'gateway', id: 'test' },
        action: 'keys.create',
        personal: { principalId: 'p_1', values: { email: 'a@b' } },
      });
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is restored with a new epoch, and lists the keys that become valid again', async () => {
    const file = join(folder, 'backup');
    await writeBackup(await service.opened(), file);
    expect((await stat(file)).mode % 0o1000).toBe(0o600);
    const { state } = await repository.change(async (change) => {
      await change.write(keyIn('revoked'));
      change.appendAudit({ actor: { kind: 'gateway', id: 'test' }, action: 'key.revoke' });
    });
    await repository.change((change) => change.remove(keyIn('active', 'key_2')));
    const replaced = await repository.auditHead();
    const { auditHead, revived, epoch } = await restoreGovernance(await service.opened(), file);
    expect(revived).toEqual(
      expect.arrayContaining([
        { id: 'key_1', name: 'key_1', state: 'revoked' },
        { id: 'key_2', name: 'key_2', state: 'removed' },
      ]),
    );
    expect(revived).toHaveLength(2);
    expect(epoch).not.toBe(state.epoch);
    await expect(repository.changesSince(state)).resolves.toMatchObject({ kind: 'reload', state: { epoch } });
    await expect(repository.find('Key', 'key_1')).resolves.toMatchObject({ document: { state: 'active' } });
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true, entries: 2, head: auditHead });
    const [entry] = await repository.audit({ after: 1, limit: 10 });
    expect(entry).toMatchObject({ action: 'database.restore', sequence: 2 });
    expect(JSON.parse(entry!.details!)).toMatchObject({
      epoch,
      replacedAudit: replaced,
      revivedKeys: 2,
      revived: expect.arrayContaining([{ id: 'key_1', state: 'revoked' }]) as unknown,
    });
    const empty = await test.connect();
    await expect(restoreGovernance(await empty.opened(), file)).resolves.toMatchObject({ revived: [] });
    await expect(new GovernanceRepository(empty).page('Key', { after: '', limit: 2_000 })).resolves.toHaveLength(1_200);
  });

  it('changes nothing if it is damaged', async () => {
    const file = join(folder, 'damaged');
    await writeBackup(await service.opened(), file);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, text.length / 2));
    const state = await repository.state();
    await expect(restoreGovernance(await service.opened(), file)).rejects.toThrow('damaged');
    await expect(repository.state()).resolves.toEqual(state);
    await writeFile(file, 'SQLite format 3');
    await expect(restoreGovernance(await service.opened(), file)).rejects.toThrow('not a backup');
    await expect(restoreGovernance(await service.opened(), join(folder, 'absent'))).rejects.toThrow('ENOENT');
    const lines = text.trimEnd().split('\n');
    await writeFile(file, `${lines.slice(0, -1).join('\n')}\n`);
    await expect(restoreGovernance(await service.opened(), file)).rejects.toThrow('not complete');
    await expect(repository.state()).resolves.toEqual(state);
  });
});
