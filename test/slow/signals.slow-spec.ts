import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/gateway.ts';
import { Replica, REPLICA_KEY } from '../support/replica.ts';

const START_MS = 60_000;
/** Longer than the time within which a second signal counts as an echo of the first. */
const AFTER_THE_ECHO_MS = 700;

let emulator: Emulator;
let replica: Replica;
beforeEach(async () => {
  emulator = await startEmulator({ port: 0, paceMs: 0 });
  const emulatorPort = Number(new URL(emulator.url).port);
  const environment = { GATEWAY__SHUTDOWN__DRAIN_DELAY_SECONDS: '1' };
  replica = await Replica.start({ port: await freePort(), emulatorPort, environment });
}, START_MS);
afterEach(async () => {
  replica.kill('SIGKILL');
  await emulator.close();
});

const chat = (): Promise<Response> =>
  fetch(`${replica.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${REPLICA_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] }),
  });

async function draining(): Promise<void> {
  const end = performance.now() + 10_000;
  while ((await fetch(`${replica.url}/health/ready`)).ok && performance.now() < end) await sleep(20);
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('lets the running request finish and exits with code 0, whether received once or twice', async () => {
    emulator.behave({ kind: 'slow', ms: 1500 });
    const answer = chat();
    await until(() => emulator.requests.length === 1, 'the request');
    replica.kill(signal);
    // npm and a terminal both send the signal.
    await sleep(50);
    replica.kill(signal);
    expect((await answer).status).toBe(200);
    expect(await replica.exited).toEqual({ code: 0, signal: null });
  });

  it('exits at once if it is repeated', async () => {
    emulator.behave({ kind: 'stall' });
    const answer = chat().catch((error: Error) => error.message);
    await until(() => emulator.requests.length === 1, 'the request');
    replica.kill(signal);
    // The echo time starts when the process has received the signal.
    await draining();
    await sleep(AFTER_THE_ECHO_MS);
    replica.kill(signal);
    expect(await replica.exited).toEqual({ code: signal === 'SIGINT' ? 130 : 143, signal: null });
    expect(await answer).toBe('fetch failed');
  });
});
