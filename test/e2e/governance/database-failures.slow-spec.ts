import { join } from 'node:path';
import { sql } from 'kysely';
import { DatabaseService } from '../../../src/database/database.service.ts';
import { describePostgres, describeSqlite } from '../../database/databases.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { DATABASE_TIMEOUT_MS, GovernedReplicas } from './governed-replicas.ts';

const TEST_MS = 300_000;
/** Requests that must succeed while the database is unavailable. */
const REQUESTS = 30;
/** Metadata that needs new pages of the database. */
const LARGE = { metadata: { note: 'x'.repeat(16_000) } };

let replicas: GovernedReplicas | undefined;
let disk: SmallDisk | undefined;
afterEach(async () => {
  await replicas?.close();
  replicas = undefined;
  await disk?.unmount();
  disk = undefined;
});

/** Fails the database under load, and checks what must hold until it is back. */
async function survives(group: GovernedReplicas, fail: () => unknown, repair: () => unknown): Promise<void> {
  const valid = await group.createKey('valid');
  const revoked = await group.createKey('revoked');
  group.startLoad(valid);
  await group.underLoad(REQUESTS, 0);
  await fail();
  // Longer than all timeouts of statements and connections.
  await group.underLoad(REQUESTS, 2 * DATABASE_TIMEOUT_MS);
  for (const [method, path] of [
    ['PUT', '/teams/late'],
    ['GET', '/teams'],
    ['GET', '/keys/valid'],
    ['POST', '/keys/valid/rotate'],
    ['GET', '/audit'],
  ] as const) {
    const answer = await group.administer(method, path, method === 'GET' ? undefined : {});
    expect([path, answer.status, answer.code]).toEqual([path, 503, 'database_unavailable']);
  }
  expect(new Set(await group.readiness())).toEqual(new Set([200]));
  // A hanging statement is no outage before its time limit. A change that waits behind it can have failed earlier.
  await group.eventually('the state shows the outage', async () => {
    const { body } = await group.administer('GET', '/state');
    expect(body).toMatchObject({ database: { configured: true } });
    return !(body['database'] as { available: boolean }).available;
  });
  await group.revokeByFile(revoked);
  await group.underLoad(REQUESTS, 0);
  await repair();
  await group.createKey('after');
  await group.underLoad(REQUESTS, 0);
  expect((await group.endLoad()).refused).toEqual([]);
  const { body } = await group.administer('GET', '/audit/verify');
  expect(body).toMatchObject({ valid: true });
}

/** Fills the disk of the database under load. Reads succeed, so there is no outage. */
async function survivesFullDisk(group: GovernedReplicas, full: SmallDisk): Promise<void> {
  const valid = await group.createKey('valid');
  const revoked = await group.createKey('revoked');
  group.startLoad(valid);
  full.fill();
  let number = 0;
  await group.eventually('a change needs more space', async () => {
    const { status, code } = await group.administer('PUT', `/teams/full-${(number += 1)}`, LARGE);
    expect([201, 503]).toContain(status);
    return code === 'database_unavailable';
  });
  const written = number - 1;
  expect((await group.administer('GET', `/teams/full-${number}`)).status).toBe(404);
  expect((await group.administer('GET', '/keys/valid')).status).toBe(200);
  expect(new Set(await group.readiness())).toEqual(new Set([200]));
  await group.revokeByFile(revoked);
  await group.underLoad(REQUESTS, 0);
  full.free();
  await group.createKey('after');
  await group.underLoad(REQUESTS, 0);
  expect((await group.endLoad()).refused).toEqual([]);
  expect((await group.administer('GET', '/audit/verify')).body).toMatchObject({ valid: true, entries: 3 + written });
}

/** Runs statements that take seconds of the thread, which no other statement gets meanwhile. */
async function hang(service: DatabaseService, repaired: AbortSignal): Promise<void> {
  const long = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 40000000) select count(*) from n`;
  while (!repaired.aborted) {
    await service.query((db) => long.execute(db)).catch(() => undefined);
    // The next statement follows at once, before those of the ledger and of the admin API.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describePostgres('three replicas under load', (test) => {
  it(
    'serve all valid keys while the server is killed',
    async () => {
      replicas = await GovernedReplicas.start(await test.createDatabase(), 3);
      await survives(
        replicas,
        async () => {
          // The servers of tests commit asynchronously: a crash would lose the last changes.
          await test.postgres.query('checkpoint');
          await test.postgres.kill();
        },
        () => test.postgres.restart(),
      );
    },
    TEST_MS,
  );

  it(
    'serve all valid keys while the server hangs',
    async () => {
      replicas = await GovernedReplicas.start(await test.createDatabase(), 3);
      await survives(
        replicas,
        () => test.postgres.pause(),
        () => test.postgres.resume(),
      );
    },
    TEST_MS,
  );

  it(
    'serve all valid keys while the disk of the server is full',
    async () => {
      disk = await mountSmallDisk(32, test.postgres.directory);
      if (disk === undefined) return;
      await test.postgres.query(`create tablespace small location '${disk.path}'`);
      await test.postgres.query('create database on_small_disk tablespace small');
      const url = (await test.createDatabase()).replace(/[^/]+$/, 'on_small_disk');
      replicas = await GovernedReplicas.start(url, 3);
      await survivesFullDisk(replicas, disk);
      await replicas.close();
      replicas = undefined;
      await test.postgres.query('drop database on_small_disk with (force)');
      await test.postgres.query('drop tablespace small');
    },
    TEST_MS,
  );
});

describeSqlite('a gateway under load', (test) => {
  it(
    'serves all valid keys while a statement of the file never ends',
    async () => {
      replicas = await GovernedReplicas.start(await test.createDatabase(), 1);
      const service = replicas.first.app.get(DatabaseService);
      const repaired = new AbortController();
      let hanging: Promise<void> | undefined;
      await survives(
        replicas,
        () => {
          hanging = hang(service, repaired.signal);
        },
        () => repaired.abort(),
      );
      await hanging;
    },
    TEST_MS,
  );

  it(
    'serves all valid keys while the disk is full',
    async () => {
      disk = await mountSmallDisk(4);
      if (disk === undefined) return;
      replicas = await GovernedReplicas.start(`sqlite:${join(disk.path, 'governance.db')}`, 1);
      await survivesFullDisk(replicas, disk);
    },
    TEST_MS,
  );
});
