import { chownSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../src/cli/check-config.ts';
import { selfSigned } from '../support/certificate.ts';
import { databaseCommand } from './command.ts';
import { describePostgres } from './databases.ts';

const folder = join(tmpdir(), `outcrop-postgres-tls-${process.pid}`);
// A random name could look like a key, which the output would hide.
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describePostgres('TLS to the server', (test) => {
  let caFile: string;
  /** URLs of a database by the name in the certificate, and by the address, which it does not contain. */
  let url: string;
  let byAddress: string;

  beforeAll(async () => {
    const { key, cert } = selfSigned('localhost');
    caFile = fileOf('ca.pem', cert);
    byAddress = await test.createDatabase();
    url = byAddress.replace('@127.0.0.1:', '@localhost:');
    const { uid, gid } = statSync(test.postgres.directory);
    for (const [name, content] of [
      ['server.crt', cert],
      ['server.key', key],
    ] as const) {
      const path = join(test.postgres.directory, name);
      writeFileSync(path, content, { mode: 0o600 });
      chownSync(path, uid, gid);
    }
  });

  it('names the settings to change if the server has none', async () => {
    const { code, stderr } = await databaseCommand({ url, caFile }, 'check');
    expect([code, stderr]).toEqual([1, expect.stringContaining('enable TLS in PostgreSQL, or remove sslmode')]);
  });

  it('encrypts the connection with a trusted certificate, and refuses others with the setting to change', async () => {
    await test.postgres.query('alter system set ssl = on');
    await test.postgres.restart();
    const service = await test.connect({ url, caFile });
    const { sql } = await import('kysely');
    const encrypted = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    expect((await service.query((db) => encrypted.execute(db))).rows).toEqual([{ ssl: true }]);
    const other = fileOf('other.pem', selfSigned('localhost').cert);
    const hint = 'set database.caFile to its CA, and use the host name of the certificate';
    const refused: Record<string, string>[] = [
      { url, caFile: other },
      { url: byAddress, caFile },
      { url: `${url}?sslmode=require` },
      { url: `${url}?sslmode=verify-full` },
    ];
    for (const settings of refused) {
      const { code, stderr } = await databaseCommand(settings, 'check');
      expect([settings, code, stderr]).toEqual([settings, 1, expect.stringContaining(hint)]);
    }
    const unverified = await databaseCommand({ url: `${byAddress}?sslmode=no-verify` }, 'check');
    expect([unverified.code, unverified.stderr]).toEqual([0, '']);
  });
});

describe('database.caFile', () => {
  const url = 'postgres://u:p@db.internal/n';
  const { cert, key } = selfSigned('localhost');
  const invalid = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

  it.each([
    ['is absent', undefined, 'cannot be read: the file does not exist'],
    ['is empty', '', 'must be a PEM file with at least one certificate'],
    ['is a key', key, 'must be a PEM file with at least one certificate'],
    ['is no PEM', '\0\u0001', 'must be a PEM file with at least one certificate'],
    ['has an invalid certificate', cert + invalid, 'contains an invalid certificate at position 2'],
  ])('is an error of config:check and of commands if it %s', async (title, content, message) => {
    const name = `${title.replaceAll(' ', '-')}.pem`;
    const caFile = content === undefined ? join(folder, name) : fileOf(name, content);
    const path = fileOf('gateway.yaml', JSON.stringify({ database: { url, caFile } }));
    const { exitCode, lines } = await checkConfig(path, {}, Date.now());
    expect([exitCode, lines.join('\n')]).toEqual([1, expect.stringContaining(`database.caFile: ${caFile} ${message}`)]);
    const { code, stderr } = await databaseCommand({ url, caFile }, 'check');
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  it('is not required outside of the pod for values of the chart', async () => {
    const path = fileOf('values.yaml', JSON.stringify({ config: { database: { url, caFile: '/in-the-pod/ca.pem' } } }));
    const { exitCode, lines } = await checkConfig(path, {}, Date.now());
    expect(exitCode).toBe(0);
    expect(lines.join('\n')).toContain('Not checked: database.caFile: /in-the-pod/ca.pem cannot be read');
  });

  it('is accepted with several certificates and text between them', async () => {
    const bundle = fileOf('bundle.pem', `# first\n${cert}# second\n${selfSigned('other').cert}`);
    const path = fileOf('gateway.yaml', JSON.stringify({ database: { url, caFile: bundle } }));
    await expect(checkConfig(path, {}, Date.now())).resolves.toMatchObject({ exitCode: 0 });
  });
});
