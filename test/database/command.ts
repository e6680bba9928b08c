import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { GatewayConfig } from '../../src/config/gateway-config.ts';
import type { OpenDatabase } from '../../src/database/connection/database-connection.ts';
import { openDatabase } from '../../src/database/opening/open-database.ts';

const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `dist/cli/database.js` from the sources in a separate process. `settings` are those of `database`. */
export async function databaseCommand(
  settings: Readonly<Record<string, string | number>>,
  ...parameters: string[]
): Promise<CommandResult> {
  const names = Object.entries(settings).map(([name, value]) => {
    const variable = name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    return [`GATEWAY__DATABASE__${variable}`, String(value)];
  });
  const parts = ['--import', './bench/source-hook.ts', 'src/cli/database.ts', ...parameters];
  const child = spawn(process.execPath, parts, {
    env: { PATH: process.env['PATH'], GATEWAY_CONFIG: '/dev/null', ...Object.fromEntries(names) },
  });
  running.add(child);
  const result: CommandResult = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (result.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (result.stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return { ...result, code };
}

/** Opens a database without a change of its schema, runs `use` and closes it. */
export async function withOpen<T>(url: string, use: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabase(Object.assign(new GatewayConfig().database, { url }));
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}
