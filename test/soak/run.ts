/**
 * Runs `npm run test:soak`: minutes of disconnects, throttling and interrupted streams, then a check of what they left
 * in the process.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeTable } from '../../bench/written-table.ts';
import { GatewayProcess } from '../support/gateway-process.ts';
import { freePort } from '../support/free-port.ts';
import { LONG_MODEL_ID, soak, type Tally } from './clients.ts';
import { EmulatorProcess } from '../support/emulator-process.ts';
import { Inspector } from './inspector.ts';
import { readOptions, USAGE } from './options.ts';
import { figures, type Measured, report, type Soaked } from './report.ts';
import { ALWAYS, ANSWERS, troubles } from './troubles.ts';

const SEED = 20_261_122;
const CALM_PATIENCE_MS = 30_000;

const options = readOptions(process.argv.slice(2));
if (options.help) console.log(USAGE);
else process.exitCode = await run();

async function run(): Promise<number> {
  const upstream = new EmulatorProcess(await freePort());
  const inspectorPort = await freePort();
  const gateway = await GatewayProcess.start({
    nodeArguments: [`--inspect=127.0.0.1:${inspectorPort}`],
    settings: {
      bedrock: { region: 'us-east-1', endpoint: upstream.url, timeouts: { idleMs: 2_000 } },
      shutdown: { drainDelaySeconds: 0, graceSeconds: 1 },
      retry: { maxRetries: 2, baseDelayMs: 50, maxDelayMs: 200, budgetPerSecond: 1_000 },
    },
  });
  const inspector = await Inspector.connect(inspectorPort);
  try {
    const soaked = await measured(gateway, upstream, inspector);
    const text = report(soaked);
    console.log(text);
    for (const wrong of soaked.tally.wrong.slice(0, 10)) console.log(`wrong: ${wrong}`);
    for (const warning of soaked.warnings.slice(0, 10)) console.log(`warning: ${warning}`);
    const failed = figures(soaked).filter(({ holds }) => !holds).length;
    if (options.write !== '' && failed === 0) writeTable(options.write, text, 'soak');
    console.log(`\n${figures(soaked).length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    inspector.close();
    await gateway.stop();
    await upstream.stop();
  }
}

async function measured(gateway: GatewayProcess, upstream: EmulatorProcess, inspector: Inspector): Promise<Soaked> {
  const { minutes, clients } = options;
  const random = randomFrom(SEED);
  const load = async (seconds: number): Promise<{ tally: Tally; calls: number; cancels: number }> => {
    await upstream.start();
    await upstream.script(ANSWERS);
    await upstream.behave(ALWAYS);
    const enough = new AbortController();
    const trouble = causeTrouble(upstream, enough.signal);
    const tally = await soak({ origin: gateway.origin, clients, seconds, random });
    enough.abort();
    await trouble;
    await calm(gateway);
    const { byModel } = await upstream.stats();
    const [, ofThoseWhoLeft] = Object.entries(byModel).find(([id]) => id.includes(LONG_MODEL_ID)) ?? [];
    // Ending the emulator closes all connections to it, including idle ones.
    await upstream.stop();
    return { tally, calls: ofThoseWhoLeft?.requests ?? 0, cancels: ofThoseWhoLeft?.clientAborts ?? 0 };
  };
  await load(Math.max(10, minutes * 6));
  const before = await look(gateway, inspector);
  const loaded = await load(minutes * 60);
  const after = await look(gateway, inspector);
  const warnings = gateway.output.filter((line) => /MaxListenersExceeded|heap out of memory|unhandled/i.test(line));
  return { minutes, clients, before, after, warnings, ...loaded };
}

async function causeTrouble(upstream: EmulatorProcess, signal: AbortSignal): Promise<void> {
  for (let second = 0; !signal.aborted; second += 1) {
    await upstream.behave(troubles(second));
    await sleep(1_000, undefined, { signal }).catch(() => undefined);
  }
}

/** Waits until no request is in progress. */
async function calm(gateway: GatewayProcess): Promise<void> {
  const until = performance.now() + CALM_PATIENCE_MS;
  const inFlight = async (): Promise<number> => {
    const metrics = await gateway.metrics();
    const open = [...metrics].filter(([series]) => series.startsWith('outcrop_in_flight_requests'));
    // The scrape itself counts as one.
    return open.reduce((sum, [, count]) => sum + count, 0) - 1;
  };
  while ((await inFlight()) > 0 && performance.now() < until) await sleep(200);
}

async function look(gateway: GatewayProcess, inspector: Inspector): Promise<Measured> {
  // By then, closed sockets of clients and upstreams are gone and log lines are written.
  await sleep(2_000);
  const alive = await inspector.alive();
  const descriptors = readdirSync(`/proc/${gateway.pid}/fd`).length;
  const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${gateway.pid}/status`, 'latin1')) ?? [];
  return { alive, descriptors, residentMb: Math.round(Number(kb) / 1_024) };
}

/** Returns numbers from 0 to 1, equal in each run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
