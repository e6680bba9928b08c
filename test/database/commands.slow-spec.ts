import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS } from '../../src/database/migrations/migrations.ts';
import { GovernanceRepository } from '../../src/governance/repository/governance.repository.ts';
import { databaseCommand, withOpen } from './command.ts';
import { describeDatabases, describeSqlite } from './databases.ts';

const NAMES = MIGRATIONS.map(({ name, number }) => `${number} ${name}`);
const LAST = MIGRATIONS.length;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outcrop-commands-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeDatabases('the commands of the database', (test) => {
  it('check and migrate the schema, with exit codes', async () => {
    const url = await test.createDatabase();
    const missing = ['Schema 0', ...NAMES.map((name) => `Missing: ${name}`), ''].join('\n');
    await expect(databaseCommand({ url }, 'check')).resolves.toEqual({ code: 1, stdout: missing, stderr: '' });
    const applied = NAMES.map((name) => `Applied ${name}\n`).join('');
    await expect(databaseCommand({ url }, 'migrate')).resolves.toEqual({ code: 0, stdout: applied, stderr: '' });
    const upToDate = { code: 0, stdout: 'The schema is up to date.\n', stderr: '' };
    await expect(databaseCommand({ url }, 'migrate')).resolves.toEqual(upToDate);
    await expect(databaseCommand({ url }, 'check')).resolves.toMatchObject({ code: 0, stdout: `Schema ${LAST}\n` });
  });

  it('print their usage with --help, without a database', async () => {
    for (const parameters of [['--help'], ['backup', '--help'], ['migrate', '--help']]) {
      const { code, stdout, stderr } = await databaseCommand({}, ...parameters);
      expect([code, stdout, stderr]).toEqual([0, expect.stringContaining('restore FILE'), '']);
    }
  });

  it('back up and restore, and print the keys to revoke again', async () => {
    const url = await test.createDatabase();
    const file = join(folder, `backup-${test.postgres === undefined ? 'sqlite' : 'postgres'}`);
    const service = await test.connect({ url });
    const repository = new GovernanceRepository(service);
    const document = { name: 'shop', state: 'active' as const, secrets: [{ hash: 'sha256:1' }] };
    const key = { kind: 'Key' as const, id: 'key_1', name: 'shop', document, origin: 'database' as const, version: 0 };
    await repository.change((change) => change.write(key));
    await service.onApplicationShutdown();

    const backup = await databaseCommand({ url }, 'backup', file);
    expect([backup.code, backup.stdout]).toEqual([0, expect.stringContaining(`to ${file}. The file contains hashes`)]);
    expect((await stat(file)).mode % 0o1000).toBe(0o600);
    const content = await readFile(file, 'utf8');
    const again = await databaseCommand({ url }, 'backup', file);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('file already exists')]);
    await expect(readFile(file, 'utf8')).resolves.toBe(content);

    const revoking = await test.connect({ url });
    const revoked = { ...key, document: { ...document, state: 'revoked' as const } };
    await new GovernanceRepository(revoking).change((change) => change.write(revoked));
    const before = await new GovernanceRepository(revoking).state();
    await revoking.onApplicationShutdown();

    const restored = await databaseCommand({ url }, 'restore', file);
    expect([restored.code, restored.stderr]).toEqual([0, '']);
    expect(restored.stdout).toContain('  shop (key_1) was revoked\n');
    const later = new GovernanceRepository(await test.connect({ url }));
    const { epoch } = await later.state();
    expect(epoch).not.toBe(before.epoch);
    const verdict = await later.verifyAudit();
    expect(verdict).toMatchObject({ valid: true, entries: 1 });
    const head = verdict.valid ? verdict.head : undefined;
    expect(restored.stdout).toContain(`Epoch ${epoch}. Audit entry 1, hash ${head?.hash}.`);
    await expect(later.audit({ limit: 1 })).resolves.toMatchObject([{ action: 'database.restore' }]);
  });

  it('refuse what is no backup, and change nothing', async () => {
    const url = await test.createDatabase();
    const file = join(folder, 'no-backup');
    await writeFile(file, 'PGDMP');
    const noBackup = await databaseCommand({ url }, 'restore', file);
    expect([noBackup.code, noBackup.stderr]).toEqual([1, 'The file is not a backup.\n']);
    const absent = await databaseCommand({ url }, 'restore', join(folder, 'absent'));
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('ENOENT')]);
  });
});

describe('the commands of the database', () => {
  it.each([
    ['an unknown command', ['migrte'], 'Unknown command'],
    ['no command', [], 'Unknown command'],
    ['a missing file', ['backup'], 'FILE'],
    ['too many arguments', ['check', 'now'], 'usage:'],
  ])('refuse %s before they open the database', async (_title, parameters, message) => {
    const path = join(folder, 'never.db');
    const { code, stderr } = await databaseCommand({ url: `sqlite:${path}` }, ...parameters);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['no database', {}, 'database.url is not set.'],
    ['an unreachable server', { url: 'postgres://u:secret-of-u@127.0.0.1:1/n' }, 'does not accept connections'],
    ['a folder that cannot be created', { url: 'sqlite:/dev/null/x.db' }, 'does not accept connections'],
    ['an absent CA', { url: 'postgres://u@h/n', caFile: '/absent.pem' }, '/absent.pem cannot be read'],
  ])('report %s', async (_title, settings, message) => {
    const { code, stderr, stdout } = await databaseCommand(settings, 'check');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/secret-of-u|Requests to models|\n +at /);
  });
});

describeSqlite('the commands of the database', (test) => {
  it('wait for a process that ends, and name both processes otherwise', async () => {
    const url = await test.createDatabase();
    const waiting = await withOpen(url, async () => {
      const refused = await databaseCommand({ url, timeoutMs: 3_000 }, 'migrate');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        new RegExp(`used by process ${process.pid} on host ${hostname()}; this is process \\d+ on host ${hostname()}`),
      );
      const pending = databaseCommand({ url, timeoutMs: 30_000 }, 'migrate');
      // The holder ends while the command waits or before it starts.
      return { pending };
    });
    await expect(waiting.pending).resolves.toMatchObject({ code: 0, stderr: '' });
  });
});
