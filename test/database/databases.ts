import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseConfig, GatewayConfig } from '../../src/config/gateway-config.ts';
import { DatabaseService } from '../../src/database/database.service.ts';
import type { OpenDatabase } from '../../src/database/connection/database-connection.ts';
import { migrate } from '../../src/database/migrations/migration-runner.ts';
import type { Migration } from '../../src/database/migrations/migration.ts';
import { openDatabase } from '../../src/database/opening/open-database.ts';
import { openWithSchema } from '../../src/database/opening/open-with-schema.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts';

/** What the specs of one database need. */
export interface TestDatabase {
  /** Undefined for SQLite. */
  postgres?: TestPostgres;
  /** Creates an empty database. Returns its URL. */
  createDatabase(): Promise<string>;
  /**
   * Starts a service, which the end of the file closes. Default: an empty database. `openedWith` are the migrations of an
   * earlier release.
   */
  connect(settings?: Partial<DatabaseConfig>, openedWith?: readonly Migration[]): Promise<DatabaseService>;
}

const describeServer = (await hasPostgres()) ? describe : describe.skip;

/** Declares the same specs for SQLite and PostgreSQL. `test.createDatabase` may be used within specs only. */
export function describeDatabases(title: string, specs: (test: TestDatabase) => void): void {
  describeSqlite(title, specs);
  describePostgres(title, specs);
}

/** Declares specs for SQLite only. */
export function describeSqlite(title: string, specs: (test: TestDatabase) => void): void {
  describe(`${title} (SQLite)`, () => specs(sqlite()));
}

/** Declares specs for PostgreSQL only. They are skipped if there is none. */
export function describePostgres(
  title: string,
  specs: (test: TestDatabase & { postgres: TestPostgres }) => void,
): void {
  describeServer(`${title} (PostgreSQL)`, () => specs(postgres() as TestDatabase & { postgres: TestPostgres }));
}

function sqlite(): TestDatabase {
  let folder = '';
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outcrop-sqlite-'));
  });
  const connect = connector(async () => `sqlite:${join(folder, `${++count}.db`)}`);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return connect;
}

function postgres(): TestDatabase {
  const test: TestDatabase = connector(async () => (await test.postgres?.createDatabase()) ?? '');
  beforeAll(async () => {
    test.postgres = await startPostgres();
  });
  afterAll(() => test.postgres?.stop());
  return test;
}

function connector(createDatabase: () => Promise<string>): TestDatabase {
  const services: DatabaseService[] = [];
  afterAll(() => Promise.all(services.map((service) => service.onApplicationShutdown())));
  return {
    createDatabase,
    connect: async (settings = {}, openedWith) => {
      const url = settings.url ?? (await createDatabase());
      const config = Object.assign(new GatewayConfig().database, { timeoutMs: 10_000, ...settings, url });
      const service = new DatabaseService(config, () =>
        openedWith === undefined ? openWithSchema(config) : openEarlier(config, openedWith),
      );
      services.push(service);
      await service.start();
      return service;
    },
  };
}

/** Opens a database as an earlier release does, which knows fewer migrations. */
async function openEarlier(config: DatabaseConfig, migrations: readonly Migration[]): Promise<OpenDatabase> {
  const database = await openDatabase(config);
  await migrate(database, migrations);
  return database;
}
