import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { hashApiKey } from '../../../src/config/settings/api-key.ts';
import { DocumentReader } from '../../../src/governance/documents/document-reader.ts';
import { createObjectId, type EntityKind } from '../../../src/governance/documents/entity-kind.ts';
import type { GovernanceRecord } from '../../../src/governance/documents/governance-record.ts';
import { GovernanceService } from '../../../src/governance/governance.service.ts';
import { GovernanceRepository } from '../../../src/governance/repository/governance.repository.ts';
import { MetricsService } from '../../../src/telemetry/metrics/metrics.service.ts';
import { hasRedis, startRedis, type TestRedis } from '../../support/redis.ts';
import { type ReloadingGateway, startReloading } from '../../support/reloading-gateway.ts';

const CHAT = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] };
const reader = new DocumentReader();

let gateway: ReloadingGateway | undefined;
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'outcrop-governed-'))));
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function settings(more: object = {}, auth: object = {}): string {
  const keys = [{ name: 'of-file', hash: hashApiKey('sk-of-file') }];
  return JSON.stringify({
    logging: { level: 'error' },
    metrics: { requireKey: false },
    auth: { keys, ...auth },
    ...more,
  });
}

const withDatabase = (more: object = {}, auth: object = {}): string =>
  settings({ database: { url: `sqlite:${join(folder, 'governance.db')}` }, ...more }, auth);

function recordOf<Kind extends EntityKind>(kind: Kind, fields: Record<string, unknown>): GovernanceRecord<Kind> {
  const read = reader.read(kind, fields);
  if (read.problems) throw new Error(JSON.stringify(read.problems));
  const record = { kind, id: createObjectId(kind), name: fields['name'], document: read.document };
  return { ...record, origin: 'database', version: 0 } as unknown as GovernanceRecord<Kind>;
}

function keyRecord(
  name: string,
  secrets: readonly string[],
  more: Record<string, unknown> = {},
): GovernanceRecord<'Key'> {
  return recordOf('Key', { name, secrets: secrets.map((secret) => ({ hash: hashApiKey(secret) })), ...more });
}

const repository = (): GovernanceRepository => gateway!.app.get(GovernanceRepository);

async function write(...records: readonly GovernanceRecord[]): Promise<void> {
  await repository().change((change) => change.writeAll(records));
}

async function statusOf(key: string): Promise<number> {
  const response = await gateway!.send('/v1/chat/completions', key, CHAT);
  await response.arrayBuffer();
  return response.status;
}

async function errorOf(key: string): Promise<{ status: number; code: string }> {
  const response = await gateway!.send('/v1/chat/completions', key, CHAT);
  const { error } = (await response.json()) as { error: { code: string } };
  return { status: response.status, code: error.code };
}

/** Waits until the key has the status, at most some seconds. */
async function waitForStatus(key: string, status: number): Promise<void> {
  const until = Date.now() + 8_000;
  let found = await statusOf(key);
  while (found !== status && Date.now() < until) {
    await sleep(50);
    found = await statusOf(key);
  }
  expect({ key, status: found }).toEqual({ key, status });
}

describe('a key of the database', () => {
  it('works with both of its secrets, and until it is disabled, revoked or removed', async () => {
    gateway = await startReloading(withDatabase());
    const key = keyRecord('rotating', ['sk-one', 'sk-two']);
    await write(key);
    await waitForStatus('sk-one', 200);
    expect(await statusOf('sk-two')).toBe(200);
    const caller = gateway.app.get(GovernanceService).snapshot!.find('Key', 'rotating')!;
    expect(caller.id).toBe(key.id);
    await write({ ...key, document: Object.assign({}, key.document, { state: 'disabled' as const }) });
    await waitForStatus('sk-one', 401);
    expect(await errorOf('sk-two')).toEqual({ status: 401, code: 'api_key_disabled' });
    await write({ ...key, document: Object.assign({}, key.document, { state: 'revoked' as const }) });
    await sleep(1_200);
    expect(await errorOf('sk-one')).toEqual({ status: 401, code: 'api_key_revoked' });
    await repository().change((change) => change.remove(key));
    await sleep(1_200);
    expect(await errorOf('sk-one')).toEqual({ status: 401, code: 'invalid_api_key' });
  });

  it('is rejected after the expiry of the key or of the used secret', async () => {
    gateway = await startReloading(withDatabase());
    const secrets = [
      { hash: hashApiKey('sk-old'), expires: '2020-01-01' },
      { hash: hashApiKey('sk-new'), expires: '2999-01-01' },
    ];
    await write(recordOf('Key', { name: 'overlap', secrets }));
    await waitForStatus('sk-new', 200);
    expect(await errorOf('sk-old')).toEqual({ status: 401, code: 'invalid_api_key' });
  });

  it('is rejected by auth.revoked with its hash, its id or its owner, as keys of auth are', async () => {
    gateway = await startReloading(withDatabase());
    const owner = 'p_0123456789abcdef0123';
    const [byHash, byId, byOwner] = [
      keyRecord('a', ['sk-a']),
      keyRecord('b', ['sk-b']),
      keyRecord('c', ['sk-c'], { owner }),
    ];
    await write(byHash, byId, byOwner);
    for (const secret of ['sk-a', 'sk-b', 'sk-c', 'sk-of-file']) await waitForStatus(secret, 200);
    gateway.write(withDatabase({}, { revoked: [hashApiKey('sk-a'), byId.id, owner, hashApiKey('sk-of-file')] }));
    for (const secret of ['sk-a', 'sk-b', 'sk-c', 'sk-of-file']) await waitForStatus(secret, 401);
    expect((await errorOf('sk-a')).code).toBe('api_key_revoked');
  });

  it('has its running requests ended by auth.revoked with its hash, if auth.cutRemovedKeys is set', async () => {
    gateway = await startReloading(withDatabase());
    await write(keyRecord('leaves', ['sk-leaves', 'sk-second']), keyRecord('stays', ['sk-stays']));
    for (const secret of ['sk-leaves', 'sk-second', 'sk-stays']) await waitForStatus(secret, 200);
    gateway.emulator.behave({ kind: 'pace', ms: 500 });
    const streams = ['sk-leaves', 'sk-second', 'sk-stays'].map(async (secret) => {
      const answer = await gateway!.send('/v1/chat/completions', secret, { ...CHAT, stream: true });
      return answer.text();
    });
    await sleep(700);
    gateway.write(withDatabase({}, { revoked: [hashApiKey('sk-leaves')], cutRemovedKeys: true }));
    const [leaves, second, stays] = await Promise.all(streams);
    expect([leaves, second]).toEqual([
      expect.stringContaining('api_key_revoked'),
      expect.stringContaining('api_key_revoked'),
    ]);
    expect(stays).toContain('[DONE]');
    await waitForStatus('sk-leaves', 401);
  });

  it('is inactive while a key of auth has its name', async () => {
    gateway = await startReloading(withDatabase());
    const record = keyRecord('of-file', ['sk-same-name']);
    await write(record, keyRecord('other', ['sk-other']));
    await waitForStatus('sk-other', 200);
    expect(await errorOf('sk-same-name')).toEqual({ status: 401, code: 'invalid_api_key' });
    const { snapshot } = gateway.app.get(GovernanceService);
    expect(snapshot!.inactiveReason(record)).toBe('a key of auth.keys has the same name');
    gateway.write(withDatabase({}, { keys: [] }));
    await waitForStatus('sk-same-name', 200);
  });

  it('needs an application if governance.requireApplication is set', async () => {
    gateway = await startReloading(withDatabase({ governance: { requireApplication: true } }));
    await write(recordOf('Team', { name: 'search' }), recordOf('Application', { name: 'crawler', team: 'search' }));
    await write(keyRecord('with', ['sk-with'], { application: 'crawler' }), keyRecord('without', ['sk-without']));
    await waitForStatus('sk-with', 200);
    expect(await errorOf('sk-without')).toEqual({ status: 403, code: 'application_required' });
    expect(await statusOf('sk-of-file')).toBe(200);
  });

  it('has the requests per minute of its document', async () => {
    gateway = await startReloading(withDatabase());
    await write(keyRecord('limited', ['sk-limited'], { limits: { requestsPerMinute: 2 } }));
    await waitForStatus('sk-limited', 200);
    expect(await statusOf('sk-limited')).toBe(200);
    expect((await errorOf('sk-limited')).status).toBe(429);
  });

  it('has its running requests canceled by a change with cut', async () => {
    gateway = await startReloading(withDatabase());
    const record = keyRecord('cut', ['sk-cut']);
    await write(record, keyRecord('kept', ['sk-kept']));
    await waitForStatus('sk-kept', 200);
    gateway.emulator.behave({ kind: 'pace', ms: 400 });
    gateway.emulator.behave({ kind: 'pace', ms: 400 });
    const streams = ['sk-cut', 'sk-kept'].map((key) =>
      gateway!.send('/v1/chat/completions', key, { ...CHAT, stream: true }),
    );
    const [cut] = await Promise.all(streams);
    const { open } = gateway.app.get(MetricsService);
    expect(open.size).toBeGreaterThanOrEqual(2);
    await repository().change(async (change) => {
      await change.write({ ...record, document: Object.assign({}, record.document, { state: 'revoked' as const }) });
      change.cut(record);
    });
    expect(await cut!.text()).toContain('api_key_revoked');
  });
});

describe('a gateway without its database', () => {
  const unreachable = 'postgres://gateway:secret@127.0.0.1:1/none';

  it('is not ready, answers 503 to unknown keys, and serves keys of auth', async () => {
    gateway = await startReloading(settings({ database: { url: unreachable } }));
    expect(await errorOf('sk-unknown')).toEqual({ status: 503, code: 'governance_unavailable' });
    expect(await statusOf('sk-of-file')).toBe(200);
    const ready = await gateway.send('/health/ready', 'sk-of-file');
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('governance');
  });

  it('starts with the copy on disk, which only its owner can read and which contains no secret', async () => {
    const snapshotFile = join(folder, 'copy');
    gateway = await startReloading(withDatabase({ governance: { snapshotFile } }));
    await write(
      recordOf('Team', { name: 'search', models: ['nova-*'] }),
      keyRecord('kept', ['sk-kept'], { team: 'search' }),
    );
    await waitForCopy(snapshotFile, 'kept');
    expect(statSync(snapshotFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(snapshotFile, 'utf8')).not.toContain('sk-kept');
    await gateway.close();
    gateway = await startReloading(settings({ database: { url: unreachable }, governance: { snapshotFile } }));
    expect((await gateway.send('/health/ready', 'sk-kept')).status).toBe(200);
    expect(gateway.app.get(GovernanceService).snapshot!.team('search')!.document.models).toEqual(['nova-*']);
    expect((await errorOf('sk-unknown')).status).toBe(401);
    expect((await gateway.send('/v1/models', 'sk-kept')).status).toBe(200);
    await gateway.close();
    const limits = { snapshotFile, maxSnapshotAgeSeconds: 1 };
    gateway = await startReloading(settings({ database: { url: unreachable }, governance: limits }));
    await sleep(1_100);
    expect(await errorOf('sk-kept')).toEqual({ status: 503, code: 'governance_unavailable' });
    expect(await statusOf('sk-of-file')).toBe(200);
    await gateway.close();
    // A torn copy counts as none.
    writeFileSync(snapshotFile, readFileSync(snapshotFile, 'utf8').slice(0, -40));
    gateway = await startReloading(settings({ database: { url: unreachable }, governance: { snapshotFile } }));
    expect(await errorOf('sk-kept')).toEqual({ status: 503, code: 'governance_unavailable' });
  }, 60_000);
});

const itWithRedis = (await hasRedis()) ? it : it.skip;

describe('a new pod with an empty disk', () => {
  const unreachable = 'postgres://gateway:secret@127.0.0.1:1/none';
  let redis: TestRedis | undefined;
  afterEach(async () => {
    await redis?.stop();
    redis = undefined;
  });

  itWithRedis(
    'starts with the copy in Redis while the database is away, and only with the right key',
    async () => {
      redis = (await startRedis())!;
      const governance = { snapshotKeys: [{ id: 'a', key: randomBytes(32).toString('base64') }] };
      const shared = { redis: { url: redis.url, timeoutMs: 2_000 } };
      gateway = await startReloading(withDatabase({ governance, ...shared }));
      await write(keyRecord('kept', ['sk-kept']));
      await waitForStatus('sk-kept', 200);
      const client = new Redis(redis.url);
      while ((await client.get('outcrop:governance:copy')) === null) await sleep(50);
      // The copy that was written at the start may not contain the key yet.
      const first = await client.get('outcrop:governance:copy');
      const until = Date.now() + 13_000;
      while ((await client.get('outcrop:governance:copy')) === first && Date.now() < until) await sleep(50);
      client.disconnect();
      await gateway.close();
      gateway = await startReloading(settings({ database: { url: unreachable }, governance, ...shared }));
      await waitForStatus('sk-kept', 200);
      expect((await gateway.send('/health/ready', 'sk-kept')).status).toBe(200);
      expect((await errorOf('sk-unknown')).status).toBe(401);
      await gateway.close();
      const otherKeys = { snapshotKeys: [{ id: 'a', key: randomBytes(32).toString('base64') }] };
      gateway = await startReloading(settings({ database: { url: unreachable }, governance: otherKeys, ...shared }));
      await sleep(1_500);
      expect(await errorOf('sk-kept')).toEqual({ status: 503, code: 'governance_unavailable' });
      expect((await gateway.send('/health/ready', 'sk-kept')).status).toBe(503);
    },
    60_000,
  );
});

async function waitForCopy(path: string, content: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    try {
      if (readFileSync(path, 'utf8').includes(content)) return;
    } catch {
      // Not written yet.
    }
    await sleep(50);
  }
  throw new Error(`${path} does not contain ${content}`);
}
