import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Behavior } from '../../emulator/behavior.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { freePort } from '../support/free-port.ts';
import { EMULATOR_ENVIRONMENT } from '../support/gateway.ts';
import { brokenRequests, MARKER, type MarkedRequest, wholeRequests } from '../support/marked-requests.ts';
import { OtlpReceiver } from '../support/otlp-receiver.ts';

const QUIET_KEY = 'sk-quiet';
const SHOWN_KEY = 'sk-shown';
const START_PATIENCE_MS = 60_000;

/** Upstream failures, each with text of the client or of the model in its message. */
const FAULTS: readonly Behavior[] = [
  ...[
    'ValidationException',
    'ModelErrorException',
    'InternalServerException',
    'ServiceUnavailableException',
    'ThrottlingException',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ExpiredTokenException',
    'NobodyKnowsException',
  ].map((name) => ({ kind: 'refuse', name, message: `Malformed input: ${MARKER}` }) as const),
  { kind: 'stream-error', name: 'modelStreamErrorException', message: MARKER, afterDeltas: 1 },
  { kind: 'stream-error', name: 'validationException', message: MARKER, afterDeltas: 1 },
  { kind: 'first-frame-error', name: 'internalServerException', message: MARKER },
  { kind: 'stall' },
  { kind: 'stall', afterDeltas: 1 },
  { kind: 'cut' },
  { kind: 'cut', afterDeltas: 1 },
  { kind: 'reset', afterDeltas: 1 },
  { kind: 'truncate', afterDeltas: 1 },
  { kind: 'half-frame', afterDeltas: 1 },
  { kind: 'corrupt', afterDeltas: 1 },
  { kind: 'reply', body: `<html>${MARKER}</html>` },
  { kind: 'reply', contentType: 'application/json', body: `{"output": ${MARKER}` },
  { kind: 'reply', contentType: 'application/json', body: JSON.stringify({ [MARKER]: MARKER }) },
  { kind: 'reply', status: 400, contentType: 'application/json', body: JSON.stringify({ message: MARKER }) },
  { kind: 'reply', status: 502, body: MARKER },
];

let emulator: Emulator;
let receiver: OtlpReceiver;
let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outcrop-content-'));
  [emulator, receiver] = await Promise.all([startEmulator({ paceMs: 0 }), OtlpReceiver.start()]);
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await Promise.all([emulator.close(), receiver.close()]);
  rmSync(folder, { recursive: true });
});

/** Starts a gateway at the most verbose level, in a separate process, with all its outputs captured. */
async function start(more: object = {}) {
  const port = await freePort();
  const settings = {
    server: { host: '127.0.0.1', port },
    shutdown: { drainDelaySeconds: 0, graceSeconds: 5 },
    logging: { level: 'trace', file: { path: join(folder, 'gateway.log') } },
    auth: {
      keys: [
        { name: 'quiet', hash: hashApiKey(QUIET_KEY) },
        { name: 'shown', hash: hashApiKey(SHOWN_KEY) },
      ],
    },
    bedrock: {
      region: 'us-east-1',
      endpoint: emulator.url,
      timeouts: { connectMs: 1_000, firstEventMs: 300, idleMs: 300, totalMs: 2_000 },
    },
    retry: { maxRetries: 1, baseDelayMs: 1, maxDelayMs: 2, budgetPerSecond: 10_000 },
    guardrail: { id: 'abcdefghijkl', version: '1' },
    responses: { store: 'memory' },
    metrics: { requireKey: false },
    telemetry: { endpoint: receiver.url },
    ...more,
  };
  const path = join(folder, 'gateway.yaml');
  writeFileSync(path, JSON.stringify(settings));
  let output = '';
  const started = spawn(process.execPath, ['--import', './bench/source-hook.ts', 'src/main.ts'], {
    env: { PATH: process.env['PATH'], ...EMULATOR_ENVIRONMENT, GATEWAY_CONFIG: path, DEBUG: '*' },
  });
  child = started;
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (data: Buffer) => (output += String(data)));
  const url = `http://127.0.0.1:${port}`;
  for (const end = performance.now() + START_PATIENCE_MS; performance.now() < end; await sleep(50)) {
    if ((await fetch(`${url}/health/startup`).catch(() => undefined))?.ok) break;
  }
  return {
    send: async ({ path, body, contentType = 'application/json' }: MarkedRequest, key: string) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': contentType };
      const answer = await fetch(url + path, { method: 'POST', headers, body });
      return { status: answer.status, text: await answer.text().catch(() => '') };
    },
    rewrite: (change: object) => writeFileSync(path, JSON.stringify({ ...settings, ...change })),
    output: () => output,
    /** Resolves when the process has written this text. */
    outputs: async (text: string) => {
      for (const end = performance.now() + 20_000; !output.includes(text); await sleep(20)) {
        if (performance.now() > end) throw new Error(`the gateway did not write ${text}:\n${output.slice(-3_000)}`);
      }
    },
    /** Returns the audit lines of this event. */
    audit: (event: string) =>
      output
        .split('\n')
        .filter((line) => line.includes(`"event":"${event}"`))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    /** Returns everything that the process wrote, once it has ended. */
    written: async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      const exited = new Promise((resolve) => started.once('close', resolve));
      started.kill('SIGTERM');
      await exited;
      const files = readdirSync(folder).filter((name) => name.startsWith('gateway') && name.endsWith('.log'));
      expect(files.length).toBeGreaterThan(0);
      const log = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
      expect(log).toContain('"msg":"request"');
      expect(receiver.spans.length).toBeGreaterThan(0);
      return { output, log, metrics, spans: receiver.texts.join('\n') };
    },
  };
}

type Gateway = Awaited<ReturnType<typeof start>>;

/** Returns lines that contain the marker, shortened for readable failures. */
function marked(written: Record<string, string>): string[] {
  return Object.entries(written).flatMap(([place, text]) =>
    text.split('\n').flatMap((line) => {
      const at = line.indexOf(MARKER);
      return at < 0 ? [] : [`${place}: ${line.slice(0, 300)} … ${line.slice(Math.max(0, at - 80), at + 80)}`];
    }),
  );
}

/** Sends requests that succeed, are rejected, and fail upstream. Resolves with the number of responses by status. */
async function sendAll(gateway: Gateway, key: string): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const send = async (request: MarkedRequest): Promise<void> => {
    const { status } = await gateway.send(request, key);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  for (const request of brokenRequests()) await send(request);
  for (const fault of FAULTS) {
    emulator.reset();
    emulator.behave(fault);
    await Promise.all(wholeRequests().map(send));
  }
  emulator.reset();
  // Answers that contain the marker, including those that fit no schema.
  emulator.script(Array.from({ length: 60 }, () => ({ text: MARKER })));
  for (const request of wholeRequests()) await send(request);
  emulator.reset();
  return statuses;
}

/** Repeats a request that a busy machine did not answer within the short time limits. */
async function statusInTime(gateway: Gateway, request: MarkedRequest, key: string): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const { status } = await gateway.send(request, key);
    if (status !== 504 || attempt === 10) return status;
  }
}

it('no log level, span or metric contains content, whatever fails', async () => {
  const gateway = await start({ debug: { content: { keys: ['shown'], until: inMinutes(30) } } });
  for (const request of wholeRequests()) {
    expect([request.name, await statusInTime(gateway, request, QUIET_KEY)]).toEqual([request.name, 200]);
  }
  const statuses = await sendAll(gateway, QUIET_KEY);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 403, 404, 429, 500, 502, 503, 504]));
  expect(marked(await gateway.written())).toEqual([]);
}, 240_000);

describe('debug.content', () => {
  const count = (gateway: Gateway) => gateway.output().split(MARKER).length;
  const shows = async (gateway: Gateway, before: number): Promise<boolean> => {
    const end = performance.now() + 5_000;
    while (count(gateway) === before && performance.now() < end) await sleep(20);
    return count(gateway) > before;
  };

  it('logs the content of a named key on every endpoint, and why requests are rejected', async () => {
    const gateway = await start({ debug: { content: { keys: ['shown'], until: inMinutes(30) } } });
    for (const request of wholeRequests()) {
      const before = count(gateway);
      expect([request.name, await statusInTime(gateway, request, SHOWN_KEY)]).toEqual([request.name, 200]);
      expect([request.name, await shows(gateway, before)]).toEqual([request.name, true]);
    }
    emulator.behave({ kind: 'refuse', name: 'ValidationException', message: 'The field of the test is malformed.' });
    await gateway.send(wholeRequests()[0]!, SHOWN_KEY);
    await gateway.outputs('The field of the test is malformed.');
    // Spans contain content only if the key has `traceContent`.
    expect(marked({ spans: (await gateway.written()).spans })).toEqual([]);
  }, 120_000);

  it('ends by itself, and the audit log records its beginning and end', async () => {
    // The gateway must start before that time.
    const until = new Date(Date.now() + 15_000).toISOString();
    const gateway = await start({ debug: { content: { keys: ['shown'], until } } });
    await gateway.send(wholeRequests()[0]!, SHOWN_KEY);
    await gateway.outputs('"event":"debug_content_ended"');
    const before = count(gateway);
    expect(before).toBeGreaterThan(1);
    await gateway.send(wholeRequests()[0]!, SHOWN_KEY);
    expect(gateway.audit('debug_content_began')).toMatchObject([{ log: 'audit', keys: ['shown'], until }]);
    expect(gateway.audit('debug_content_ended')).toMatchObject([{ log: 'audit', keys: ['shown'], reason: 'until' }]);
    expect((await gateway.written()).output.split(MARKER)).toHaveLength(before);
  }, 120_000);

  it('can change while the gateway runs; a restart does not extend it, and a log level does not replace it', async () => {
    const gateway = await start({ debug: { content: { keys: ['shown'], until: inMinutes(-1) } } });
    await gateway.outputs('debug.content ended at');
    await gateway.send(wholeRequests()[0]!, SHOWN_KEY);
    gateway.rewrite({ debug: { content: { keys: ['shown'], until: inMinutes(61) } } });
    await gateway.outputs('debug.content.until: must be within 60 minutes from now');
    gateway.rewrite({ debug: { content: { keys: ['quiet'], until: inMinutes(59) } } });
    await gateway.outputs('"event":"debug_content_began"');
    await gateway.send(wholeRequests()[0]!, SHOWN_KEY);
    expect(count(gateway)).toBe(1);
    await gateway.send(wholeRequests()[0]!, QUIET_KEY);
    expect(await shows(gateway, 1)).toBe(true);
    gateway.rewrite({});
    await gateway.outputs('"event":"debug_content_ended"');
    const { length } = (await gateway.written()).output.split(MARKER);
    expect(length).toBeGreaterThan(1);
    expect(gateway.audit('debug_content_ended')).toMatchObject([{ keys: ['quiet'], reason: 'changed' }]);
  }, 120_000);
});

describe('the debug output of libraries', () => {
  it('is rejected where Node enables it', async () => {
    const gateway = spawnSync(process.execPath, ['--import', './bench/source-hook.ts', 'src/main.ts'], {
      env: { PATH: process.env['PATH'], NODE_DEBUG: 'http' },
      encoding: 'utf8',
    });
    expect(gateway.status).toBe(1);
    expect(gateway.stderr).toContain('NODE_DEBUG is set');
  });
});

function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
