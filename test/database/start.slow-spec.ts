import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { withOpen } from './command.ts';
import { describeSqlite } from './databases.ts';

/** Starts a gateway that must end by itself. Returns its exit code and its error. */
function startFailing(settings: Record<string, string>): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, ['--import', './bench/source-hook.ts', 'src/main.ts'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GATEWAY_CONFIG: '/dev/null', PORT: '0', ...settings },
    timeout: 30_000,
  });
}

describeSqlite('a second gateway', (test) => {
  it('ends with an error that names host and id of both processes', async () => {
    const url = await test.createDatabase();
    await withOpen(url, async () => {
      const { status, stderr } = startFailing({ GATEWAY__DATABASE__URL: url });
      expect(status).toBe(1);
      const host = hostname();
      expect(stderr).toMatch(
        new RegExp(`is used by process ${process.pid} on host ${host}; this is process \\d+ on host ${host}\\. SQLite`),
      );
      // The process does not serve requests, and its log does not claim that it does.
      expect(stderr).not.toContain('Requests continue');
    });
  });
});

describe('a gateway whose database.caFile cannot be read', () => {
  it('ends with an error that names the setting', () => {
    const settings = { URL: 'postgres://u:p@127.0.0.1:1/n', CA_FILE: '/absent.pem' };
    const variables = Object.entries(settings).map(([name, value]) => [`GATEWAY__DATABASE__${name}`, value]);
    const { status, stderr } = startFailing(Object.fromEntries(variables) as Record<string, string>);
    expect(status).toBe(1);
    expect(stderr).toContain('database.caFile: /absent.pem cannot be read: the file does not exist');
  });
});
