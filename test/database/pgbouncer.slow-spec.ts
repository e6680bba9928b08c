import { setTimeout as sleep } from 'node:timers/promises';
import { MaintenanceStore } from '../../src/governance/maintenance/maintenance-store.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { Replica } from '../../src/governance/replication/replica.ts';
import { GovernanceSnapshot } from '../../src/governance/snapshot/governance-snapshot.ts';
import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import { hasPgBouncer, startPgBouncer, type TestPgBouncer } from '../support/pgbouncer.ts';
import { databaseCommand } from './command.ts';
import { describePostgres } from './databases.ts';

/** Fewer than the services of the test have connections, so that they take turns at each transaction. */
const SERVER_CONNECTIONS = 2;
const hasBouncer = await hasPgBouncer();
const itBehindPgBouncer = hasBouncer ? it : it.skip;

function team(id: string): GovernanceRecord<'Team'> {
  return { kind: 'Team', id, name: id, document: { name: id }, origin: 'database', version: 0 };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describePostgres('PgBouncer in transaction mode', (test) => {
  let bouncer: TestPgBouncer | undefined;
  beforeAll(async () => {
    if (hasBouncer) bouncer = await startPgBouncer(test.postgres, SERVER_CONNECTIONS);
  });
  afterAll(() => bouncer?.stop());

  itBehindPgBouncer(
    'serves migrations, changes of several services, and their replicas without a notification',
    async () => {
      const direct = await test.createDatabase();
      const url = bouncer!.urlOf(direct);
      const applied = await databaseCommand({ url }, 'migrate');
      expect([applied.code, applied.stderr]).toEqual([0, '']);
      const services = [await test.connect({ url }), await test.connect({ url }), await test.connect({ url })];
      const repositories = services.map((service) => new GovernanceRepository(service));
      const snapshot = new GovernanceSnapshot();
      const replica = new Replica(repositories[2]!, snapshot);
      await replica.start();
      const names = Array.from({ length: 30 }, (_, index) => `team_${index}`);
      await Promise.all(
        names.map((name, index) =>
          repositories[index % 3]!.change(async (change) => {
            await change.write(team(name));
            change.appendAudit({ actor: { kind: 'gateway', id: 'test' }, action: 'team.create', objectId: name });
          }),
        ),
      );
      await until(() => names.every((name) => snapshot.team(name) !== undefined));
      await replica.stop();
      await expect(repositories[0]!.verifyAudit()).resolves.toMatchObject({ valid: true, entries: names.length });
      const claims = await Promise.all(services.map((service) => new MaintenanceStore(service).claim('task', 60_000)));
      expect(claims.filter(Boolean)).toHaveLength(1);
    },
  );

  itBehindPgBouncer('keeps no setting of a transaction for the next client of its connection', async () => {
    const direct = await test.createDatabase();
    const service = await test.connect({ url: bouncer!.urlOf(direct), timeoutMs: 7_777 });
    const { sql } = await import('kysely');
    const limits = sql<{ limit: string }>`select current_setting('statement_timeout') as limit`;
    const inside = await service.transaction((transaction) => limits.execute(transaction));
    expect(inside.rows).toEqual([{ limit: '7777ms' }]);
    const prepared = sql<{ count: number }>`select count(*)::int as count from pg_prepared_statements`;
    for (let round = 0; round < 2 * SERVER_CONNECTIONS; round += 1) {
      expect((await service.query((db) => limits.execute(db))).rows).toEqual([{ limit: '0' }]);
      expect((await service.query((db) => prepared.execute(db))).rows).toEqual([{ count: 0 }]);
    }
  });

  itBehindPgBouncer('is an outage without its server, and recovers with it', async () => {
    const url = bouncer!.urlOf(await test.createDatabase());
    const service = await test.connect({ url, timeoutMs: 1_500 });
    const repository = new GovernanceRepository(service);
    await repository.state();
    // The servers of tests commit asynchronously: a crash would lose the schema.
    await test.postgres.query('checkpoint');
    await test.postgres.kill();
    await expect(repository.state()).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(service.available).toBe(false);
    await test.postgres.restart();
    await until(() => service.available);
    await expect(repository.change((change) => change.write(team('team_later')))).resolves.toMatchObject({
      result: { version: 1 },
    });
  });
});
