import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/free-port.ts';
import { copyRepository } from '../support/repository-copy.ts';

const PATIENCE_MS = 120_000;
const STARTED = 'Ctrl-C stops both.';

const folder = copyRepository();
let npm: ChildProcess;
let ports: { gateway: number; emulator: number };

afterEach(() => {
  if (isRunning()) process.kill(-npm.pid!, 'SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['npm', 'SIGTERM'],
  // Ctrl-C. A SIGINT for npm alone has no effect, because npm expects that the terminal sends it to the group.
  ['the process group', 'SIGINT'],
  ['npm', 'SIGHUP'],
  ['npm', 'SIGKILL'],
  ['the script', 'SIGTERM'],
  ['the script', 'SIGHUP'],
  ['the script', 'SIGKILL'],
] as const)('%s, ended by %s', (program, signal) => {
  it(
    'ends with the gateway and the emulator',
    async () => {
      await started();
      process.kill(pidOf(program), signal);
      await stopped();
    },
    PATIENCE_MS,
  );
});

it(
  'npm, ended during the build, leaves no process',
  async () => {
    await start();
    npm.kill('SIGKILL');
    await stopped();
  },
  PATIENCE_MS,
);

it(
  'the script, started after npm has ended, ends',
  async () => {
    ports = { gateway: await freePort(), emulator: await freePort() };
    npm = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: folder,
      detached: true,
      // The parent of the script is this process instead of npm.
      env: {
        ...process.env,
        PORT: String(ports.gateway),
        EMULATOR_PORT: String(ports.emulator),
        npm_lifecycle_event: 'start',
        npm_config_user_agent: 'npm/11.0.0 node/v24.0.0 linux x64',
      },
      stdio: 'inherit',
    });
    await stopped();
  },
  PATIENCE_MS,
);

function pidOf(program: 'npm' | 'the process group' | 'the script'): number {
  if (program === 'the process group') return -npm.pid!;
  return program === 'npm' ? npm.pid! : scriptOf(npm.pid!);
}

async function start(): Promise<void> {
  ports = { gateway: await freePort(), emulator: await freePort() };
  npm = spawn('npm', ['start'], {
    cwd: folder,
    // A process group for this command shows whether any process is left.
    detached: true,
    env: { ...process.env, PORT: String(ports.gateway), EMULATOR_PORT: String(ports.emulator) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => npm.stdout?.once('data', resolve));
}

async function started(): Promise<void> {
  await start();
  let output = '';
  npm.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  while (!output.includes(STARTED)) {
    if (npm.exitCode !== null) throw new Error(`npm start ended: ${output}`);
    await sleep(100);
  }
  expect(await answers()).toEqual([true, true]);
}

/** Waits until no process of the group runs. The timeout of the test limits the wait. */
async function stopped(): Promise<void> {
  while (isRunning()) await sleep(50);
  expect(await answers()).toEqual([false, false]);
}

/** Returns true if a process of the group runs. An ended process that nothing has waited for has the state Z. */
function isRunning(): boolean {
  const processes = spawnSync('ps', ['-eo', 'pgid=,stat='], { encoding: 'utf8' }).stdout.trim().split('\n');
  return processes.some((line) => {
    const [group, state = ''] = line.trim().split(/\s+/);
    return Number(group) === npm.pid && !state.startsWith('Z');
  });
}

/** Returns whether the gateway and the emulator answer. */
function answers(): Promise<boolean[]> {
  const urls = [`http://127.0.0.1:${ports.gateway}/health/live`, `http://127.0.0.1:${ports.emulator}/__emulator/stats`];
  return Promise.all(
    urls.map((url) =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    ),
  );
}

function scriptOf(pid: number): number {
  const found = spawnSync('pgrep', ['--pgroup', String(pid), '--full', 'scripts/start'], { encoding: 'utf8' });
  return Number(found.stdout.trim().split('\n').at(-1));
}
