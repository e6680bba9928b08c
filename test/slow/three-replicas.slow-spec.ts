import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { freePort } from '../support/free-port.ts';
import { Nginx, nginxIsThere } from '../support/nginx.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { Replica, startEmulatorProcess } from '../support/replica.ts';

const ADMIN_KEY = 'admin-key-of-three-replicas';
const MODEL = 'claude-haiku-4-5';
const PACE_MS = 100;
/** Clients of the loop of requests. */
const CLIENTS = 4;
/** Time in which a change must be in effect on all replicas. */
const EFFECT_MS = 1_000;
const CUT_MS = 2_000;

const isPossible = (await nginxIsThere()) && (await hasPostgres()) && (await hasRedis());

interface Answer {
  status: number;
  text: string;
}

(isPossible ? describe : describe.skip)('three replicas with PostgreSQL and Redis behind nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-three-'));
  let postgres: TestPostgres;
  let redis: TestRedis;
  let nginx: Nginx;
  let emulatorPort: number;
  const replicas: Replica[] = [];

  beforeAll(async () => {
    postgres = (await startPostgres())!;
    redis = (await startRedis())!;
    emulatorPort = await freePort();
    await startEmulatorProcess(emulatorPort, []);
    const database = await postgres.createDatabase();
    const ports = [await freePort(), await freePort(), await freePort()];
    const started = ports.map((port, index) =>
      Replica.start({
        port,
        emulatorPort,
        environment: {
          GATEWAY__ADMIN__ENABLED: 'true',
          GATEWAY__ADMIN__KEYS: JSON.stringify([{ name: 'root', hash: hashApiKey(ADMIN_KEY) }]),
          GATEWAY__DATABASE__URL: database,
          GATEWAY__GOVERNANCE__SNAPSHOT_FILE: join(folder, `snapshot-${index}`),
          REDIS_URL: redis.url,
        },
      }),
    );
    replicas.push(...(await Promise.all(started)));
    nginx = await Nginx.start(ports);
    await until(async () => (await throughNginx('/health/live')).status === 200, 'nginx');
  }, 120_000);

  afterAll(async () => {
    for (const replica of replicas) replica.kill('SIGKILL');
    await nginx.stop();
    await Promise.all([redis.stop(), postgres.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('accept a new key at once on each replica', async () => {
    await admin('team', 'create', 'search', '--models', 'claude-*');
    await admin('application', 'create', 'shop', '--team', 'search');
    const key = await createKey('shop-1');
    const createdAt = performance.now();
    await until(async () => (await statuses(key)).every((status) => status === 200), 'the key on each replica');
    expect(performance.now() - createdAt).toBeLessThan(EFFECT_MS);
    expect(JSON.parse((await direct(0, '/v1/me', key)).text)).toMatchObject({ team: { name: 'search' } });
  });

  it('reject no request during a rotation, and find the response of before', async () => {
    const key = await createKey('rotated');
    await until(async () => (await statuses(key)).every((status) => status === 200), 'the key on each replica');
    const body = { model: MODEL, input: 'Hello', store: true };
    const { id } = JSON.parse((await throughNginx('/v1/responses', key, body)).text) as { id: string };
    let current = key;
    const loop = requestLoop(() => current);
    await sleep(500);
    const next = await createKey('rotated', 'rotate', '--overlap-seconds', '3600');
    await sleep(EFFECT_MS);
    current = next;
    await sleep(1_000);
    const answers = await loop.stop();
    expect(answers.length).toBeGreaterThan(2 * CLIENTS);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await statuses(key)).toEqual([200, 200, 200]);
    for (const index of replicas.keys()) {
      expect((await direct(index, `/v1/responses/${id}`, current)).status).toBe(200);
    }
  });

  it('end streams and a background response of a revoked key within two seconds on each replica', async () => {
    const key = await createKey('cut');
    await until(async () => (await statuses(key)).every((status) => status === 200), 'the key on each replica');
    await control('behave', { kind: 'pace', ms: PACE_MS, times: replicas.length });
    await control('script', { text: 'word '.repeat(500), times: replicas.length });
    const stream = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }], stream: true };
    const streams = replicas.map((_, index) => direct(index, '/v1/chat/completions', key, stream));
    await until(async () => (await openCalls()) === replicas.length, 'all streams');
    await control('behave', { kind: 'slow', ms: 60_000, before: 'headers', times: 1 });
    const job = await throughNginx('/v1/responses', key, { model: MODEL, input: 'Hello', background: true });
    expect(JSON.parse(job.text)).toMatchObject({ status: 'queued' });
    await until(async () => (await openCalls()) === replicas.length + 1, 'the background response');
    const begun = performance.now();
    await admin('key', 'revoke', 'cut', '--cut');
    const revokedAt = performance.now();
    for (const { text } of await Promise.all(streams)) expect(text).toContain('"code":"api_key_revoked"');
    await until(async () => (await openCalls()) === 0, 'the end of the background response');
    expect(performance.now() - revokedAt).toBeLessThan(CUT_MS);
    expect(revokedAt).toBeGreaterThan(begun);
    expect(await statuses(key)).toEqual([401, 401, 401]);
  });

  it('lose only the requests of a killed replica', async () => {
    const key = await createKey('survivor');
    await until(async () => (await statuses(key)).every((status) => status === 200), 'the key on each replica');
    const loop = requestLoop(() => key);
    await sleep(500);
    replicas[2]!.kill('SIGKILL');
    await replicas[2]!.exited;
    await sleep(1_500);
    const answers = await loop.stop();
    const failed = answers.filter(({ status }) => status !== 200);
    expect(failed.length).toBeLessThanOrEqual(CLIENTS);
    expect(failed.every(({ status }) => status === 502)).toBe(true);
    expect(answers.length).toBeGreaterThan(2 * CLIENTS);
    // The two others are still administered through nginx.
    await admin('key', 'disable', 'survivor');
    await until(async () => (await throughNginx('/v1/me', key)).status === 401, 'the end of the key');
  });

  /** Runs a command of the administration through nginx. */
  async function admin(...command: string[]): Promise<string> {
    const environment = {
      PATH: process.env['PATH'],
      NODE_EXTRA_CA_CERTS: nginx.certificate,
      OUTCROP_ADMIN_URL: `https://localhost:${nginx.port}`,
      OUTCROP_ADMIN_KEY: ADMIN_KEY,
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['src/cli/admin.ts', ...command], {
      env: environment,
    });
    return stdout;
  }

  /** Creates or rotates a key. Resolves with the secret. */
  async function createKey(
    name: string,
    action: 'create' | 'rotate' = 'create',
    ...options: string[]
  ): Promise<string> {
    const file = join(folder, `${name}-${action}`);
    const owner = action === 'create' ? ['--application', 'shop'] : [];
    await admin('key', action, name, ...owner, ...options, '--secret-file', file);
    return readFileSync(file, 'utf8').trim();
  }

  async function statuses(key: string): Promise<number[]> {
    return Promise.all(replicas.map(async (_, index) => (await direct(index, '/v1/me', key)).status));
  }

  /** Returns the number of calls of models without a complete answer. */
  async function openCalls(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${emulatorPort}/__emulator/stats`);
    return ((await answer.json()) as { openRequests: number }).openRequests;
  }

  /** Sends a value to the control API of the emulator. */
  function control(path: string, value: object): Promise<Response> {
    const url = `http://127.0.0.1:${emulatorPort}/__emulator/${path}`;
    return fetch(url, { method: 'POST', body: JSON.stringify(value) });
  }

  /** Sends requests through nginx until it is stopped. Resolves with all answers. */
  function requestLoop(key: () => string): { stop(): Promise<Answer[]> } {
    const answers: Answer[] = [];
    const stopped = new AbortController();
    const body = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
    const clients = Array.from({ length: CLIENTS }, async () => {
      while (!stopped.signal.aborted) answers.push(await throughNginx('/v1/chat/completions', key(), body));
    });
    const stop = async (): Promise<Answer[]> => {
      stopped.abort();
      await Promise.all(clients);
      return answers;
    };
    return { stop };
  }

  async function direct(index: number, path: string, key?: string, body?: object): Promise<Answer> {
    const answer = await fetch(replicas[index]!.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
      body: body && JSON.stringify(body),
    });
    return { status: answer.status, text: await answer.text() };
  }

  function throughNginx(path: string, key?: string, body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port: nginx.port,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
        rejectUnauthorized: false,
      };
      const outgoing = request(options, (response) => {
        textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      });
      outgoing.on('error', reject).end(body && JSON.stringify(body));
    });
  }
});

async function until(condition: () => Promise<boolean>, awaited: string): Promise<void> {
  for (const end = performance.now() + 15_000; performance.now() < end; await sleep(50)) {
    if (await condition().catch(() => false)) return;
  }
  throw new Error(`timed out while waiting for ${awaited}`);
}
