/**
 * Measures `POST /admin/v1/apply` with 10,000 documents over HTTP, and how long other requests wait meanwhile:
 * `nest build && node bench/governance-apply.ts`. The gateway is a separate process with SQLite.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashApiKey } from '../src/config/settings/api-key.ts';
import { API_KEY, GatewayProcess } from '../test/support/gateway-process.ts';

const DOCUMENTS = 10_000;
const TEAMS = 100;
const ADMIN_SECRET = 'admin-key-of-the-bench';

const hashOf = (secret: string): string => `sha256:${createHash('sha256').update(secret).digest('hex')}`;

/** Returns teams, and keys with the usual fields. `variant` changes a field of each key. */
function folder(variant: string): object[] {
  const teams = Array.from({ length: TEAMS }, (_, number) => ({
    kind: 'Team',
    name: `team-${number}`,
    models: ['claude-*', 'nova-pro'],
    file: 'teams.yaml',
  }));
  const keys = Array.from({ length: DOCUMENTS - TEAMS }, (_, number) => ({
    kind: 'Key',
    name: `service-key-${number}`,
    team: `team-${number % TEAMS}`,
    limits: { requestsPerMinute: 600, maxInFlight: 20 },
    metadata: { contact: `team-${number % TEAMS}@example.com`, variant },
    secrets: [{ hash: hashOf(`k${number}`) }],
    file: `keys/team-${number % TEAMS}.yaml`,
  }));
  return [...teams, ...keys];
}

const directory = mkdtempSync(join(tmpdir(), 'outcrop-apply-'));
const admin = { enabled: true, keys: [{ name: 'bench', hash: hashApiKey(ADMIN_SECRET) }] };
const database = { url: `sqlite:${join(directory, 'bench.sqlite')}`, timeoutMs: 60_000 };
const gateway = await GatewayProcess.start({ settings: { database, admin, bedrock: { region: 'us-east-1' } } });

async function send(path: string, key: string, body?: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return fetch(`${gateway.origin}${path}`, { method: body === undefined ? 'GET' : 'POST', headers, body });
}

/** Sends small requests one after another, and returns their times in milliseconds, in order of length. */
async function probe(signal: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!signal.aborted) {
    const begun = performance.now();
    await (await send('/v1/me', API_KEY)).arrayBuffer();
    times.push(performance.now() - begun);
    await sleep(1);
  }
  return times.sort((one, other) => one - other);
}

interface AppliedCounts {
  create: unknown[];
  change: unknown[];
  remove: unknown[];
  unchanged: number;
}

async function measure(what: string, documents: object[], more: object = {}): Promise<void> {
  const body = JSON.stringify({ documents, source: 'git:bench', prune: true, ...more });
  const stop = new AbortController();
  const probes = probe(stop.signal);
  const begun = performance.now();
  const answer = await send('/admin/v1/apply', ADMIN_SECRET, body);
  const { create, change, remove, unchanged } = (await answer.json()) as AppliedCounts;
  const seconds = (performance.now() - begun) / 1_000;
  stop.abort();
  const times = await probes;
  const at = (part: number): string => (times[Math.floor((times.length - 1) * part)] ?? 0).toFixed(1);
  const counts = `${create.length} created, ${change.length} changed, ${remove.length} removed, ${unchanged} unchanged`;
  console.log(
    `${what}: ${seconds.toFixed(2)} s (${answer.status}; ${counts}; ${(body.length / 1_048_576).toFixed(1)} MiB). ` +
      `Other requests: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  );
}

try {
  while ((await send('/admin/v1/teams', ADMIN_SECRET)).status !== 200) await sleep(50);
  const idle = new AbortController();
  const times = probe(idle.signal);
  await sleep(1_000);
  idle.abort();
  const sorted = await times;
  console.log(
    `idle: p50 ${sorted[Math.floor(sorted.length / 2)]?.toFixed(1)} ms, longest ${sorted.at(-1)?.toFixed(1)} ms`,
  );
  await measure('dry run', folder('one'), { dryRun: true });
  await measure('first apply', folder('one'));
  await measure('second apply', folder('one'));
  await measure('change of all', folder('two'));
  await measure('prune', folder('two').slice(0, TEAMS));
} finally {
  await gateway.stop();
  rmSync(directory, { recursive: true });
}
