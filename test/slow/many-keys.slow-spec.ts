import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATOR_ENVIRONMENT } from '../support/gateway.ts';
import { freePort } from '../support/free-port.ts';

const KEYS = 100_000;
const START_MS = 120_000;
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const MAX_CPU_SECONDS = 2;
/** The table has 15 MB; the rest is garbage of reading the file. */
const MAX_EXTRA_MB = 100;

const isLinux = existsSync('/proc/self/stat');
if (!isLinux) console.warn('The start with 100,000 keys is not tested: this system has no /proc.');

const folder = mkdtempSync(join(tmpdir(), 'outcrop-many-keys-'));
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Returns the CPU seconds of a start with this number of keys, the memory after it, and the status of each key. */
async function startWith(keys: number) {
  const path = join(folder, `${keys}.jsonl`);
  const lines = Array.from({ length: keys }, (_, at) => {
    const hash = `sha256:${createHash('sha256').update(`sk-${at}`).digest('hex')}`;
    return JSON.stringify({ name: `team-${at}`, hash, models: ['claude-*'], requestsPerMinute: 60 });
  });
  writeFileSync(path, lines.join('\n'));
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', './bench/source-hook.ts', 'src/main.ts'], {
    env: {
      PATH: process.env['PATH'],
      ...EMULATOR_ENVIRONMENT,
      PORT: String(port),
      GATEWAY__AUTH__KEYS_FILE: path,
      GATEWAY__LOGGING__LEVEL: 'warn',
    },
    stdio: 'ignore',
  });
  running.push(child);
  const statusOf = (key: string): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization: `Bearer ${key}` } }).then(
      async (response) => (await response.arrayBuffer(), response.status),
      () => 0,
    );
  while ((await statusOf('sk-0')) === 0) await sleep(50);
  const [userTicks = 0, systemTicks = 0] = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .split(' ')
    .slice(13, 15)
    .map(Number);
  const megabytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  const statuses = [await statusOf('sk-0'), await statusOf(`sk-${keys - 1}`), await statusOf(`sk-${keys}`)];
  child.kill('SIGKILL');
  return { cpuSeconds: (userTicks + systemTicks) / TICKS_PER_SECOND, megabytes, statuses };
}

(isLinux ? it : it.skip)(
  'a start with 100,000 keys in a file costs little more than with one',
  async () => {
    const one = await startWith(1);
    const many = await startWith(KEYS);
    expect([one.statuses, many.statuses]).toEqual([
      [200, 200, 401],
      [200, 200, 401],
    ]);
    expect(many.cpuSeconds - one.cpuSeconds).toBeLessThan(MAX_CPU_SECONDS);
    expect(many.megabytes - one.megabytes).toBeLessThan(MAX_EXTRA_MB);
  },
  START_MS,
);
