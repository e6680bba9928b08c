import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../../src/database/database-unavailable-error.ts';
import type { DatabaseService } from '../../src/database/database.service.ts';
import { migrate, readSchemaState } from '../../src/database/migrations/migration-runner.ts';
import type { Migration } from '../../src/database/migrations/migration.ts';
import { MIGRATIONS } from '../../src/database/migrations/migrations.ts';
import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { describeDatabases, describePostgres, describeSqlite } from './databases.ts';

/** Long enough for a statement on a busy machine. */
const TIMEOUT_MS = 1_500;

function tableMigration(number: number): Migration {
  return {
    number,
    name: `later-${number}`,
    up: async (db) => {
      await db.schema.createTable(`later_${number}`).addColumn('id', 'integer').execute();
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

function rowsOf(service: DatabaseService): Promise<unknown> {
  return service.query((db) => db.selectFrom('governance_state').selectAll().execute());
}

describeDatabases('the schema', (test) => {
  it('is migrated once by two services at the same time', async () => {
    const url = await test.createDatabase();
    const first = await test.connect({ url });
    if (test.postgres === undefined) await first.onApplicationShutdown();
    const services = test.postgres === undefined ? [await test.connect({ url })] : [first, await test.connect({ url })];
    for (const service of services) {
      const rows = await service.query((db) => db.selectFrom('schema_migration').selectAll().execute());
      expect(rows.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
    }
  });

  it('is accepted if it is newer than the gateway', async () => {
    const url = await test.createDatabase();
    const service = await test.connect({ url });
    const later = [...MIGRATIONS, tableMigration(MIGRATIONS.length + 1)];
    expect(await migrate(await service.opened(), later)).toHaveLength(1);
    expect(await migrate(await service.opened(), later)).toHaveLength(0);
    await service.onApplicationShutdown();
    const older = await test.connect({ url });
    await expect(readSchemaState(await older.opened(), MIGRATIONS)).resolves.toEqual({
      current: later.length,
      pending: [],
    });
  });

  it('is unchanged after a migration that fails', async () => {
    const service = await test.connect();
    const next = tableMigration(MIGRATIONS.length + 1);
    const failing = {
      ...next,
      up: async (...args: Parameters<Migration['up']>) => {
        await next.up(...args);
        throw new Error('stop');
      },
    };
    await expect(migrate(await service.opened(), [...MIGRATIONS, failing])).rejects.toThrow('stop');
    await expect(migrate(await service.opened(), [...MIGRATIONS, next])).resolves.toHaveLength(1);
  });

  it('is refused if a migration has another name', async () => {
    const open = await (await test.connect()).opened();
    const renamed = [{ ...MIGRATIONS[0]!, name: 'other' }];
    await expect(readSchemaState(open, renamed)).rejects.toThrow('is "governance", not "other"');
  });

  it('is not created with database.migrations: manual', async () => {
    const service = await test.connect({ migrations: 'manual' });
    await expect(rowsOf(service)).rejects.toMatchObject({
      code: 'database_unavailable',
      status: 503,
      failure: 'schema',
    });
    expect(service.available).toBe(false);
  });
});

describeDatabases('a statement that is wrong', (test) => {
  it('is not reported as an unavailable database', async () => {
    const service = await test.connect();
    const wrong = service.query((db) =>
      db
        .selectFrom('absent' as 'key_use')
        .selectAll()
        .execute(),
    );
    await expect(wrong).rejects.not.toBeInstanceOf(DatabaseUnavailableError);
    expect(service.available).toBe(true);
  });

  it('finds nothing for names that no database stores, and runs no SQL of them', async () => {
    const repository = new GovernanceRepository(await test.connect());
    for (const name of ['a\0b', '\uD800', "x'; drop table governance_object; --", '"', '%', 'x'.repeat(1_048_576)]) {
      await expect(repository.find('Team', name)).resolves.toBeUndefined();
    }
    await repository.change((change) =>
      change.write({
        kind: 'Team',
        id: 'team_x',
        name: 'x',
        origin: 'database',
        version: 0,
        document: { name: 'x', metadata: { nul: '\0', lone: '\uD800', large: 'y'.repeat(1_048_576) } },
      }),
    );
    const found = await repository.find('Team', 'x');
    expect(found?.document.metadata).toMatchObject({ nul: '\0', lone: '\uD800' });
    await repository.recordPrincipals([
      { id: 'p_1', issuer: 'i', subject: 's\0\uD800', email: 'a\0', groups: ['g\0'], at: '2026-11-30T00:00:00.000Z' },
    ]);
    await expect(repository.identity('p_1')).resolves.toEqual({ email: 'a\uFFFD', name: null });
  });
});

describeDatabases('a transaction that never ends', (test) => {
  it('does not stop others for longer than the limit', async () => {
    const service = await test.connect();
    const repository = new GovernanceRepository(service);
    (await service.opened()).limits.timeoutMs = TIMEOUT_MS;
    const release = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const held = repository.change(async () => {
      started.resolve();
      await release.promise;
    });
    await Promise.race([started.promise, held]);
    // PostgreSQL ends a transaction that does nothing, so the next one may still get the lock.
    const outcome = await repository
      .change(async () => 1)
      .then(
        () => 'done',
        (error: unknown) => (error as DatabaseUnavailableError).code,
      );
    expect(test.postgres === undefined ? [outcome] : ['done', 'database_unavailable']).toContain(
      test.postgres === undefined ? 'database_unavailable' : outcome,
    );
    release.resolve();
    await held.catch(() => undefined);
    await until(() => service.available);
    await expect(repository.change(async () => 1)).resolves.toMatchObject({ result: 1 });
  });
});

describeSqlite('the lock of the file', (test) => {
  it('serves one process, and survives one that was killed', async () => {
    const url = await test.createDatabase();
    const holder = spawnSync(
      process.execPath,
      ['--import', './bench/source-hook.ts', 'test/database/hold-database.ts', url],
      { encoding: 'utf8' },
    );
    expect(holder.stdout).toContain('open');
    const path = url.slice('sqlite:'.length);
    expect(existsSync(`${path}.lock`)).toBe(true);
    const service = await test.connect({ url });
    await rowsOf(service);
    expect(statSync(path).mode % 0o1000).toBe(0o600);
    const second = spawnSync(
      process.execPath,
      ['--import', './bench/source-hook.ts', 'test/database/hold-database.ts', url],
      { encoding: 'utf8' },
    );
    expect(second.stdout).toContain(`is used by process ${process.pid} on host `);
  });
});

describePostgres('an outage', (test) => {
  it('starts, fails at once, and ends when the server is back', async () => {
    const { postgres } = test;
    const url = await test.createDatabase();
    await postgres.kill();
    const service = await test.connect({ url, timeoutMs: TIMEOUT_MS });
    await expect(rowsOf(service)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    await postgres.restart();
    await until(() => service.available);
    await rowsOf(service);
    postgres.pause();
    await expect(rowsOf(service)).rejects.toMatchObject({ failure: 'timeout' });
    await expect(rowsOf(service)).rejects.toBeInstanceOf(DatabaseUnavailableError);
    postgres.resume();
    await until(() => service.available);
    await rowsOf(service);
    // Connections that the server closed are replaced without a failure.
    await postgres.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
    );
    await rowsOf(service);
  });
});

describeSqlite('a full disk', (test) => {
  it('fails changes, and keeps reads and the content', async () => {
    const service = await test.connect();
    const repository = new GovernanceRepository(service);
    const { sql } = await import('kysely');
    await service.query((db) => sql`pragma max_page_count = 40`.execute(db));
    const description = 'x'.repeat(1_048_576);
    const team: GovernanceRecord<'Team'> = {
      kind: 'Team',
      id: 'team_1',
      name: 'one',
      origin: 'database',
      version: 0,
      document: { name: 'one', metadata: { description } },
    };
    const before = await repository.state();
    await expect(repository.change((change) => change.write(team))).rejects.toMatchObject({
      status: 503,
      failure: 'full',
    });
    expect(service.available).toBe(true);
    await expect(repository.state()).resolves.toEqual(before);
    await service.query((db) => sql`pragma max_page_count = 100000`.execute(db));
    await expect(repository.change((change) => change.write(team))).resolves.toMatchObject({ result: { version: 1 } });
  });
});
