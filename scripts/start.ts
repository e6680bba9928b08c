/*
 * `npm start`: builds the gateway and starts it with the emulator as upstream, reachable only from this machine, for trials.
 * In production, `npm run start:prod` starts the gateway alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '../emulator/emulator.ts';
import { hashApiKey } from '../src/config/settings/api-key.ts';
import { LOCAL_FOLDER, localAdminKey } from './local-admin-key.ts';

const LOCAL_KEY = 'sk-outcrop-local';
const port = Number(process.env.PORT ?? 8080);
const MAX_CONTENT_LOG_MS = 60 * 60_000;
/** True for the values that src/config/loading/well-known-variables.ts also accepts. */
const showsContent = ['true', '1', 'yes', 'on'].includes((process.env.DEBUG_MODE ?? '').toLowerCase());
const url = `http://127.0.0.1:${port}`;
const adminKey = localAdminKey();
/** Interval at which the script checks that npm still runs. */
const PARENT_CHECK_MS = 250;

/** The build, and then the gateway. */
let child: ChildProcess | undefined;
let isStopping = false;
stopOnSignals();
stopWithNpm();

// Otherwise, the readiness check would accept the answers of another server.
if (await fetch(url).catch(() => undefined)) {
  console.error(`Port ${port} is in use, perhaps by another gateway. Take another one: PORT=9000 npm start`);
  process.exit(1);
}

await build();
const emulator = await startEmulator({ port: Number(process.env.EMULATOR_PORT ?? 0) });
const gateway = startGateway();
if (await ready()) console.log(welcome());

function stop(signal: NodeJS.Signals): void {
  isStopping = true;
  child?.kill(signal);
}

/** Forwards signals: a terminal sends them to all processes, but a supervisor may signal only this one. */
function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
  // Without a terminal, SIGHUP reloads the configuration of the gateway.
  process.on('SIGHUP', () => stop('SIGTERM'));
}

/**
 * Stops when npm or its shell ends. npm forwards no SIGHUP, it cannot forward SIGKILL, and its shell forwards no signal. npm may
 * have ended before this script started.
 */
function stopWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const former = parents();
  if (!includesNpm(former)) return stop('SIGTERM');
  const timer = setInterval(() => {
    if (String(parents()) === String(former)) return;
    clearInterval(timer);
    // A second signal would end the gateway without waiting for requests.
    if (!isStopping) stop('SIGTERM');
  }, PARENT_CHECK_MS).unref();
}

/** Returns the ids of the parent process and of its parent. Without /proc, the second one is missing. */
function parents(): number[] {
  try {
    const [, fields = ''] = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ');
    return [process.ppid, Number(fields.split(' ')[1])];
  } catch {
    return [process.ppid];
  }
}

/** Returns false if none of the processes is npm. Without /proc, and for another package manager, this is not known. */
function includesNpm(processes: readonly number[]): boolean {
  const isKnown = processes.length > 1 && process.env.npm_config_user_agent?.startsWith('npm/');
  // npm has the title "npm start", on systems without titles the path of its program.
  return !isKnown || processes.some((id) => /^npm\b|npm-cli/.test(commandOf(id)));
}

function commandOf(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Builds the gateway. Ends the process if the build fails or a signal ends it. */
async function build(): Promise<void> {
  if (isStopping) process.exit(1);
  const building = spawn(process.execPath, ['node_modules/.bin/nest', 'build'], { stdio: 'inherit' });
  child = building;
  const code = await new Promise<number | null>((resolve) => building.once('exit', resolve));
  if (code !== 0 || isStopping) process.exit(code ?? 1);
}

function startGateway(): ChildProcess {
  const started = spawn(
    process.execPath,
    ['--import', './scripts/end-with-parent.mjs', '--max-semi-space-size=16', 'dist/main.js'],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
      env: {
        // Credentials of the emulator. The gateway must not receive real ones from the environment.
        ...withoutAws(process.env),
        GATEWAY_CONFIG: 'config/offline.yaml',
        EMULATOR_PORT: new URL(emulator.url).port,
        AWS_ACCESS_KEY_ID: 'emulator',
        AWS_SECRET_ACCESS_KEY: 'emulator',
        PORT: String(port),
        // SQLite belongs to one process, and several ports may be in use.
        GATEWAY__DATABASE__URL: `sqlite:${LOCAL_FOLDER}/gateway-${port}.sqlite`,
        GATEWAY__ADMIN__ENABLED: 'true',
        GATEWAY__ADMIN__KEYS: JSON.stringify([{ name: 'local', hash: hashApiKey(adminKey) }]),
        // With DEBUG_MODE, logs prompts and answers of the local key.
        ...(showsContent && {
          GATEWAY__DEBUG__CONTENT__KEYS: JSON.stringify(['local']),
          GATEWAY__DEBUG__CONTENT__UNTIL: new Date(Date.now() + MAX_CONTENT_LOG_MS).toISOString(),
        }),
      },
    },
  );
  child = started;
  started.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
    void emulator.close();
  });
  if (isStopping) started.kill('SIGTERM');
  return started;
}

async function ready(): Promise<boolean> {
  for (let attempt = 0; attempt < 300 && gateway.exitCode === null; attempt++) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return true;
    await sleep(100);
  }
  return false;
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_')));
}

function welcome(): string {
  return `
  Outcrop is listening on ${url}

  Upstream: the built-in Bedrock emulator (${emulator.url}), not a real model.
  For AWS:  give config/gateway.yaml a key (npm run key:create -- --name me), then
            AWS_REGION=us-east-1 GATEWAY_CONFIG=config/gateway.yaml npm run start:prod

  API key:  ${LOCAL_KEY} (public; for this machine only)

  curl ${url}/v1/chat/completions -H 'authorization: Bearer ${LOCAL_KEY}' -H 'content-type: application/json' -d '{"model":"claude-sonnet-4-6","messages":[{"role":"user","content":"Hello"}]}'

  Admin key: ${adminKey} (of this folder; also in ${LOCAL_FOLDER}/admin-key)

  npm run admin -- team create search --key-file ${LOCAL_FOLDER}/admin-key${port === 8080 ? '' : ` --url ${url}`}

  Ctrl-C stops both.
`;
}
