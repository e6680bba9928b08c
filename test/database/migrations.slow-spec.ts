import { setTimeout as sleep } from 'node:timers/promises';
import type { TableMetadata } from 'kysely';
import pg from 'pg';
import { MIGRATION_LOCK_KEY, migrate } from '../../src/database/migrations/migration-runner.ts';
import { MIGRATIONS } from '../../src/database/migrations/migrations.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { databaseCommand, withOpen } from './command.ts';
import { describeDatabases, describePostgres } from './databases.ts';

const APPLIED = MIGRATIONS.map(({ name, number }) => `Applied ${number} ${name}\n`).join('');

describePostgres('migrations of two processes at the same time', (test) => {
  it('wait for each other, and both succeed', async () => {
    const url = await test.createDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK_KEY]);
    const both = [databaseCommand({ url }, 'migrate'), databaseCommand({ url }, 'migrate')];
    const waiting = "select count(*)::int as count from pg_locks where locktype = 'advisory' and not granted";
    while ((await test.postgres.query(waiting, url))[0]!['count'] !== 2) await sleep(50);
    await client.query('commit');
    await client.end();
    const results = await Promise.all(both);
    expect(results.map(({ stdout }) => stdout).sort()).toEqual([APPLIED, 'The schema is up to date.\n']);
    expect(results).toEqual([expect.objectContaining({ code: 0, stderr: '' }), expect.objectContaining({ code: 0 })]);
  });
});

describeDatabases('each migration', (test) => {
  /** Reads the tables after the first `count` migrations. */
  async function tablesAfter(count: number): Promise<readonly TableMetadata[]> {
    return withOpen(await test.createDatabase(), async (database) => {
      await migrate(database, MIGRATIONS.slice(0, count));
      return database.db.introspection.getTables();
    });
  }

  it('keeps the statements of the previous release working: it only adds tables, and columns with a default', async () => {
    for (let count = 1; count < MIGRATIONS.length; count += 1) {
      const [before, after] = [await tablesAfter(count), await tablesAfter(count + 1)];
      for (const { columns, name } of before) {
        const now = after.find((table) => table.name === name)?.columns ?? [];
        const known = new Map(columns.map((column) => [column.name, column]));
        const described = now.map(({ dataType, isNullable, name: column }) => [column, dataType, isNullable]);
        for (const column of columns) {
          expect(described).toContainEqual([column.name, column.dataType, column.isNullable]);
        }
        const further = now.filter((column) => !known.has(column.name));
        expect(further.filter(({ hasDefaultValue, isNullable }) => !hasDefaultValue && !isNullable)).toEqual([]);
      }
    }
  });

  it('happens while a service with the previous schema reads and writes', async () => {
    const url = await test.createDatabase();
    const service = await test.connect({ url }, MIGRATIONS.slice(0, -1));
    const repository = new GovernanceRepository(service);
    const writeTeam = (id: string) =>
      repository.change((change) =>
        change.write({ kind: 'Team', id, name: id, document: { name: id }, origin: 'database', version: 0 }),
      );
    const { state } = await writeTeam('team_before');
    // SQLite has one process, so the service itself runs the migration there.
    if (test.postgres === undefined) await migrate(await service.opened(), MIGRATIONS);
    else expect(await databaseCommand({ url }, 'migrate')).toMatchObject({ code: 0 });
    await writeTeam('team_after');
    await expect(repository.changesSince(state)).resolves.toMatchObject({ changes: [{ id: 'team_after' }] });
    await expect(repository.find('Team', 'team_before')).resolves.toMatchObject({ version: 1 });
    await expect(repository.verifyAudit()).resolves.toMatchObject({ valid: true });
    expect(service.available).toBe(true);
  });
});
