import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { writeBackup } from '../../src/database/backup/write-backup.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import { MaintenanceStore } from '../../src/governance/maintenance/maintenance-store.ts';
import { restoreGovernance } from '../../src/governance/maintenance/restore-governance.ts';
import { KeyUse } from '../../src/governance/replication/key-use.ts';
import { Replica } from '../../src/governance/replication/replica.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { GovernanceSnapshot } from '../../src/governance/snapshot/governance-snapshot.ts';
import type { SnapshotChange } from '../../src/governance/snapshot/snapshot-change.ts';
import { describeDatabases } from './databases.ts';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['warn', 'error']));

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

function key(name: string, state: 'active' | 'disabled' | 'revoked' = 'active'): GovernanceRecord<'Key'> {
  const secrets = [{ hash: `sha256:${digestOf(name).toString('hex')}` }];
  const document = { name, secrets, state };
  return { kind: 'Key', id: `key_${name}`, name, document, origin: 'database', version: 0 };
}

/** A repository that counts how often everything is read. */
class CountedRepository extends GovernanceRepository {
  fullReads = 0;

  override readAll(kind?: Parameters<GovernanceRepository['readAll']>[0]): ReturnType<GovernanceRepository['readAll']> {
    this.fullReads += 1;
    return super.readAll(kind);
  }
}

describeDatabases('a replica', (test) => {
  let database: DatabaseService;
  let repository: CountedRepository;
  let replica: Replica;
  let snapshot: GovernanceSnapshot;
  let changes: SnapshotChange[];

  beforeEach(async () => {
    database = await test.connect();
    repository = new CountedRepository(database);
    snapshot = new GovernanceSnapshot();
    changes = [];
    snapshot.onChange((change) => changes.push(change));
    replica = new Replica(repository, snapshot);
  });
  afterEach(() => replica.stop());

  const write = (...records: readonly GovernanceRecord[]) => repository.change((change) => change.writeAll(records));
  const isKnown = (name: string): boolean => snapshot.findSecret(digestOf(name)) !== undefined;

  it('reads everything once, then changes only', async () => {
    await write(key('one'));
    await replica.synchronize();
    await write(key('two'));
    await repository.change((change) => change.remove(key('one')));
    await replica.synchronize();
    expect([isKnown('one'), isKnown('two'), repository.fullReads]).toEqual([false, true, 1]);
    expect(replica.revision).toBe((await repository.state()).revision);
  });

  it('reads everything after a restore, which may have an equal revision', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-restore-'));
    try {
      await write(key('kept'));
      await writeBackup(await database.opened(), join(folder, 'backup'));
      await write(key('later'));
      await replica.synchronize();
      expect(isKnown('later')).toBe(true);
      const { epoch } = await restoreGovernance(await database.opened(), join(folder, 'backup'));
      await replica.synchronize();
      expect([isKnown('kept'), isKnown('later'), repository.fullReads]).toEqual([true, false, 2]);
      expect((await repository.state()).epoch).toBe(epoch);
      // The replica has the new state, so it does not read everything again.
      await replica.synchronize();
      expect(repository.fullReads).toBe(2);
      const { isCut } = changes.findLast(({ all }) => all === true)!;
      expect([isCut!('key_later'), isCut!('key_kept')]).toEqual([true, false]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('reads everything if the changes after its revision were trimmed', async () => {
    await write(key('cut'), key('removed'), key('kept'));
    await replica.synchronize();
    await write(key('cut', 'revoked'), key('new'));
    await repository.change((change) => change.remove(key('removed')));
    await new MaintenanceStore(database).trimChanges(-1);
    await replica.synchronize();
    expect(repository.fullReads).toBe(2);
    expect(['removed', 'kept', 'new'].map(isKnown)).toEqual([false, true, true]);
    expect(snapshot.findSecret(digestOf('cut'))?.key.refusal).toBe('revoked');
    const { isCut } = changes.findLast(({ all }) => all === true)!;
    expect(['key_cut', 'key_removed', 'key_kept', 'key_new'].filter((id) => isCut!(id))).toEqual([
      'key_cut',
      'key_removed',
    ]);
  });

  it('applies a cut that is committed while it reads everything', async () => {
    await write(key('during'));
    const readAll = repository.readAll.bind(repository);
    repository.readAll = async function* readWithChange() {
      yield* readAll();
      await repository.change(async (change) => {
        await change.write(key('during', 'revoked'));
        change.cut(key('during'));
      });
    };
    await replica.synchronize();
    expect(snapshot.findSecret(digestOf('during'))?.key.refusal).toBe('revoked');
    expect(changes.flatMap((change) => change.changes ?? [])).toContainEqual(
      expect.objectContaining({ id: 'key_during', cut: true }),
    );
    expect(replica.revision).toBe((await repository.state()).revision);
  });

  it('shows how far it is behind while changes cannot be read, and keeps what it has', async () => {
    await write(key('known'));
    await replica.synchronize();
    expect([replica.lag, replica.lagSeconds(Date.now())]).toEqual([0, 0]);
    const failing = jest.spyOn(repository, 'changesSince').mockRejectedValue(new Error('cannot read'));
    await write(key('one'));
    await write(key('two'));
    const confirmedAt = replica.confirmedAt;
    await replica.synchronize();
    expect(replica.lag).toBe(2);
    expect(replica.lagSeconds(Date.now() + 5_000)).toBeGreaterThanOrEqual(5);
    expect(replica.confirmedAt).toBe(confirmedAt);
    expect(isKnown('known')).toBe(true);
    failing.mockRestore();
    await replica.synchronize();
    expect([replica.lag, replica.lagSeconds(Date.now()), isKnown('two')]).toEqual([0, 0, true]);
    expect(replica.confirmedAt).toBeGreaterThanOrEqual(confirmedAt);
  });

  it('has a change of another process with its next poll', async () => {
    await write(key('first'));
    await replica.start();
    const until = Date.now() + 10_000;
    while (!isKnown('first') && Date.now() < until) await sleep(5);
    await write(key('second'));
    const committedAt = Date.now();
    while (!isKnown('second') && Date.now() < until) await sleep(5);
    expect(isKnown('second')).toBe(true);
    // Twice a second, with a margin for a busy machine.
    expect(Date.now() - committedAt).toBeLessThan(4_000);
  });
});

describeDatabases('the last use of keys', (test) => {
  it('has the precision of a day, is written in batches, and never goes back', async () => {
    const repository = new GovernanceRepository(await test.connect());
    const writes: number[] = [];
    const use = new KeyUse(async (ids, day) => {
      writes.push(ids.length);
      await repository.recordKeyUse(ids, day);
    });
    const ids = Array.from({ length: 2_500 }, (_, number) => `key_${number}`);
    for (const id of ids) use.used(id, Date.parse('2026-11-30T23:59:59.999Z'));
    expect(writes).toEqual([]);
    await use.flush();
    expect(writes).toEqual([1_000, 1_000, 500]);
    use.used('key_1', Date.parse('2026-12-01T00:00:00Z'));
    use.used('key_2', Date.parse('2026-11-29T12:00:00Z'));
    await use.stop();
    expect([...(await repository.keyUse(['key_0', 'key_1', 'key_2', 'key_none']))]).toEqual(
      expect.arrayContaining([
        ['key_0', '2026-11-30'],
        ['key_1', '2026-12-01'],
        ['key_2', '2026-11-30'],
      ]),
    );
  });
});
