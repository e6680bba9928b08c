import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { copyRepository } from '../support/repository-copy.ts';

/** Delays between the start of a process and SIGTERM. The gateway listens before the last one. */
const DELAYS_MS = Array.from({ length: 21 }, (_, index) => index * 50);
/** Long for a busy machine. A process that has lost the signal does not end at all. */
const PATIENCE_MS = 15_000;
/** As process 1, Node handles no signal until a program has added a listener. Prints whether it did so before it loaded Nest. */
const ANNOUNCE_LISTENER = `data:text/javascript,${encodeURIComponent(`
  process.on('newListener', (name) => {
    if (name !== 'SIGTERM') return;
    const moment = Reflect.getMetadata === undefined ? 'early' : 'late';
    queueMicrotask(() => console.log(moment));
  });`)}`;
const CONTAINER_DELAYS_MS = DELAYS_MS.filter((delay) => delay % 100 === 0);
const PROGRAMS = { gateway: 'dist/main.js', emulator: 'emulator/main.ts' };
/** Exit codes of shells for a process that ended by SIGTERM, and of a process that listened and drained. */
const CLEAR_CODES = [143, 0];

const canUnshare = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;
if (!canUnshare) console.log('skipped: process 1 of a container (unshare --pid --fork is not permitted)');

const folder = copyRepository();
beforeAll(() => execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder }), 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let running: ChildProcess | undefined;
afterEach(() => running?.kill('SIGKILL'));

describe.each(['gateway', 'emulator'] as const)('SIGTERM during the start of the %s', (name) => {
  it.each(DELAYS_MS)('ends the process of a pod that shares its process namespace, after %i ms', async (delay) => {
    const child = await start([process.execPath, PROGRAMS[name]]);
    await sleep(delay);
    child.kill('SIGTERM');
    await ended(child);
  });

  (canUnshare ? it.each(CONTAINER_DELAYS_MS) : it.skip.each(CONTAINER_DELAYS_MS))(
    'ends process 1 of a container, %i ms after it listens for signals',
    async (delay) => {
      const unshare = ['unshare', '--pid', '--fork', '--kill-child'];
      const child = await start([...unshare, process.execPath, '--import', ANNOUNCE_LISTENER, PROGRAMS[name]]);
      const [moment] = (await once(child.stdout!, 'data')) as [Buffer];
      expect(String(moment)).toMatch(/^early/);
      await sleep(delay);
      process.kill(childOf(child.pid!), 'SIGTERM');
      await ended(child);
    },
  );
});

async function start([program = '', ...args]: readonly string[]): Promise<ChildProcess> {
  running = spawn(program, args, {
    cwd: folder,
    env: {
      ...process.env,
      GATEWAY_CONFIG: 'config/offline.yaml',
      GATEWAY__SHUTDOWN__DRAIN_DELAY_SECONDS: '0',
      AWS_ACCESS_KEY_ID: 'emulator',
      AWS_SECRET_ACCESS_KEY: 'emulator',
      PORT: String(await freePort()),
      EMULATOR_PORT: String(await freePort()),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.stdout!.resume();
  return running;
}

async function ended(child: ChildProcess): Promise<void> {
  const end = Promise.withResolvers<number>();
  child.once('exit', (code, signal) => end.resolve(code ?? (signal === 'SIGTERM' ? 143 : -1)));
  const isRunning = sleep(PATIENCE_MS, 'still running', { ref: false });
  expect(CLEAR_CODES).toContain(await Promise.race([end.promise, isRunning]));
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}
