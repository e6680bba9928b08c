/**
 * `npm start`: the gateway answered by the emulator, on this machine only. For people who try it;
 * production starts the gateway alone, with a configuration of its own and never meets the emulator.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '../emulator/emulator.ts';

const LOCAL_KEY = 'sk-outcrop-local';
const port = Number(process.env.PORT ?? 8080);
const MOST_CONTENT_MS = 60 * 60_000;
/** What people write for yes, as src/config/loading/well-known-variables.ts reads it. */
const showsContent = ['true', '1', 'yes', 'on'].includes((process.env.DEBUG_MODE ?? '').toLowerCase());
const url = `http://127.0.0.1:${port}`;

// Or its answers would be taken for ours.
if (await fetch(url).catch(() => undefined)) {
  console.error(`Port ${port} is in use, perhaps by another gateway. Take another one: PORT=9000 npm start`);
  process.exit(1);
}

const emulator = await startEmulator({ port: Number(process.env.EMULATOR_PORT ?? 0) });
const gateway = spawn(process.execPath, ['--max-semi-space-size=16', 'dist/main.js'], {
  stdio: 'inherit',
  env: {
    // The emulator knows these credentials; real ones in the environment stay out of it.
    ...withoutAws(process.env),
    GATEWAY_CONFIG: 'config/offline.yaml',
    EMULATOR_PORT: new URL(emulator.url).port,
    AWS_ACCESS_KEY_ID: 'emulator',
    AWS_SECRET_ACCESS_KEY: 'emulator',
    PORT: String(port),
    // Prompts and answers in the log, for this key and the emulator only.
    ...(showsContent && {
      GATEWAY__DEBUG__CONTENT__KEYS: JSON.stringify(['local']),
      GATEWAY__DEBUG__CONTENT__UNTIL: new Date(Date.now() + MOST_CONTENT_MS).toISOString(),
    }),
  },
});

// The terminal sends Ctrl-C to both; a supervisor may tell only this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => gateway.kill(signal));
gateway.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1);
  void emulator.close();
});

if (await ready()) console.log(welcome());

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

  Ctrl-C stops both.
`;
}
