import { spawn } from 'node:child_process';
import { freePort } from '../support/free-port.ts';
import { describePostgres } from './databases.ts';

const SKIP = '--skip-if-unavailable';

interface CommandEnd {
  code: number | null;
  output: string;
}

/** Runs `database.js migrate` for a database. */
function migrateCommand(url: string, ...flags: string[]): Promise<CommandEnd> {
  const program = ['--import', './bench/source-hook.ts', 'src/cli/database.ts', 'migrate', ...flags];
  const environment = {
    PATH: process.env['PATH'],
    GATEWAY_CONFIG: 'config/offline.yaml',
    GATEWAY__DATABASE__URL: url,
    GATEWAY__DATABASE__TIMEOUT_MS: '2000',
  };
  const child = spawn(process.execPath, program, { env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

describePostgres('database.js migrate', (test) => {
  it('fails while the database is unavailable, or succeeds without a change if the gateway changes the schema', async () => {
    const url = `postgres://outcrop:test-password@127.0.0.1:${await freePort()}/outcrop`;
    expect(await migrateCommand(url)).toMatchObject({ code: 1, output: expect.stringContaining('ECONNREFUSED') });
    const skipped = await migrateCommand(url, SKIP);
    expect(skipped).toMatchObject({ code: 0, output: expect.stringContaining('The schema was not checked') });
    expect(skipped.output).not.toContain('test-password');
  });

  it('changes the schema once, and fails in both ways for a database of another program', async () => {
    const url = await test.createDatabase();
    expect(await migrateCommand(url, SKIP)).toMatchObject({ code: 0, output: expect.stringContaining('Applied 1') });
    expect(await migrateCommand(url)).toMatchObject({ code: 0, output: expect.stringContaining('is up to date') });
    await test.postgres?.query("update schema_migration set name = 'of another program'", url);
    expect(await migrateCommand(url, SKIP)).toMatchObject({ code: 1, output: expect.stringContaining('not one of') });
  });
});
