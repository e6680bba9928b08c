import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RedisConfig } from '../../src/config/gateway-config.ts';
import type { GovernanceRecord } from '../../src/governance/documents/governance-record.ts';
import { type ChangeSource, Replica } from '../../src/governance/replication/replica.ts';
import { SharedCopy } from '../../src/governance/replication/shared-copy.ts';
import { SnapshotCopy } from '../../src/governance/replication/snapshot-copy.ts';
import { GovernanceSnapshot } from '../../src/governance/snapshot/governance-snapshot.ts';
import { SharedCopyStore } from '../../src/shared-state/copies/shared-copy-store.ts';
import { RedisConnection } from '../../src/shared-state/redis.ts';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { type RedisServer, RedisServers } from '../support/redis-servers.ts';

/** The copy of teams and keys in a real Redis. */

const hasServer = await hasRedis();
const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);

const NEVER_MS = 3_600_000;
const KEY_A = { id: 'a', key: randomBytes(32).toString('base64') };
const KEY_B = { id: 'b', key: randomBytes(32).toString('base64') };
const open: RedisConnection[] = [];

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

function keyRecord(name: string): GovernanceRecord<'Key'> {
  const secrets = [{ hash: `sha256:${digestOf(name).toString('hex')}`, lastFour: 'abcd' }];
  const document = { name, secrets, state: 'active' as const, metadata: { contact: 'Ada Lovelace' }, owner: 'ada' };
  return { kind: 'Key', id: `key_${name}`, name, document, origin: 'database', version: 1 };
}

async function snapshotOf(...names: readonly string[]): Promise<GovernanceSnapshot> {
  const snapshot = new GovernanceSnapshot();
  await snapshot.replaceDatabase([names.map(keyRecord)]);
  return snapshot;
}

const state = (revision: number, confirmedAt = revision, epoch = 'e') => ({ epoch, revision, confirmedAt });

/** A database that answers only when `isAvailable` is set. */
class SwitchedSource implements ChangeSource {
  isAvailable = false;
  constructor(private readonly records: readonly GovernanceRecord[]) {}

  private readonly current = { epoch: 'e', revision: 9 };

  async state() {
    if (!this.isAvailable) throw new Error('away');
    return this.current;
  }

  async *readAll() {
    yield this.records;
  }

  async changesSince() {
    return { kind: 'changes' as const, state: this.current, changes: [] };
  }
}

async function connect(settings: Partial<RedisConfig>): Promise<RedisConnection> {
  const config = Object.assign(new RedisConfig(), { keyPrefix: 'copies:', timeoutMs: 5_000 }, settings);
  const connection = new RedisConnection(config);
  open.push(connection);
  await connection.onModuleInit();
  return connection;
}

async function storeOf(settings: Partial<RedisConfig>): Promise<SharedCopyStore> {
  return new SharedCopyStore(await connect(settings), 'copies:');
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.onApplicationShutdown()));
});

/** Writes a copy at once, whichever replica wrote the last one. */
async function write(store: SharedCopyStore, head: ReturnType<typeof state>, names: readonly string[], keys = [KEY_A]) {
  await store.remove('writer');
  const copy = new SnapshotCopy(new SharedCopy(store, () => keys), () => NEVER_MS);
  copy.changed(head, await snapshotOf(...names));
  await copy.stop();
}

const reader = (store: SharedCopyStore, keys = [KEY_A]) =>
  new SnapshotCopy(new SharedCopy(store, () => keys), () => NEVER_MS);

(hasServer ? describe : describe.skip)('the copy in Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = (await startRedis())!;
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    warnings.mockClear();
    const { client } = await connect({ url: redis.url });
    await client.flushall();
  });

  it('is read back if it is newer than what is known', async () => {
    const store = await storeOf({ url: redis.url });
    expect(await reader(store).load()).toBeUndefined();
    await write(store, state(5), ['one', 'two']);
    const stored = await reader(store).load();
    expect(stored?.head).toEqual(state(5));
    expect(stored?.records.map(({ name }) => name).sort()).toEqual(['one', 'two']);
    for (const known of [state(5), state(6), state(6, 1), state(1, 9, 'other')]) {
      expect(await reader(store).load(known)).toBeUndefined();
    }
    for (const known of [state(4), state(4, 9), state(9, 1, 'other')]) {
      expect((await reader(store).load(known))?.head).toEqual(state(5));
    }
    expect(warnings).not.toHaveBeenCalled();
  });

  it('contains no readable text, and no text that names a person', async () => {
    const store = await storeOf({ url: redis.url });
    await write(store, state(5), ['one']);
    const { client } = await connect({ url: redis.url });
    for (const name of await client.keys('*')) {
      const text = (await client.get(name))!;
      expect(text).not.toContain('one');
      expect(await client.pttl(name)).toBeGreaterThan(0);
    }
    const [record] = (await reader(store).load())!.records;
    expect(JSON.stringify(record)).not.toMatch(/ada/i);
    expect(JSON.stringify(record)).toContain(digestOf('one').toString('hex'));
  });

  it('is written by one replica in ten seconds, and not again while it is current', async () => {
    const store = await storeOf({ url: redis.url });
    const shared = new SharedCopy(store, () => [KEY_A]);
    async function* text() {
      yield 'text';
    }
    expect(await shared.write(text(), state(5), NEVER_MS)).toBe(true);
    expect(await shared.write(text(), state(6), NEVER_MS)).toBe(false);
    const { client } = await connect({ url: redis.url });
    expect(await client.pttl('copies:governance:writer')).toBeGreaterThan(5_000);
    const before = await client.get('copies:governance:copy');
    for (const head of [state(5, 100), state(4, 100)]) {
      await store.remove('writer');
      expect(await shared.write(text(), head, NEVER_MS)).toBe(true);
      expect(await client.get('copies:governance:copy')).toBe(before);
    }
    // Confirmed again after the time for a refresh.
    await store.remove('writer');
    expect(await shared.write(text(), state(5, 100), 50)).toBe(true);
    expect(await client.get('copies:governance:copy')).not.toBe(before);
  });

  it('has many parts if it is large, of which a later copy leaves none behind', async () => {
    const store = await storeOf({ url: redis.url });
    const names = Array.from({ length: 6_000 }, (_, number) => `key-${number}`);
    await write(store, state(1), names);
    await write(store, state(2), names);
    const { client } = await connect({ url: redis.url });
    const parts = (await client.keys('copies:governance:copy:*')).map((name) => name.split(':')[3]);
    expect(parts.length).toBeGreaterThan(2);
    expect(new Set(parts)).toEqual(new Set(['b']));
    expect((await reader(store).load())?.records).toHaveLength(6_000);
    await write(store, state(3), ['one']);
    expect(await client.keys('copies:governance:copy:*')).toEqual(['copies:governance:copy:a:0']);
  });

  it.each([
    ['of a foreign key', async () => undefined, [KEY_B]],
    ['with a changed part', (store: SharedCopyStore) => changed(store, 'copy:a:1'), [KEY_A]],
    ['with a changed head', (store: SharedCopyStore) => changed(store, 'copy'), [KEY_A]],
    ['without a part', (store: SharedCopyStore) => store.remove('copy:a:1'), [KEY_A]],
    ['with exchanged parts', exchangeParts, [KEY_A]],
    ['with a part of an older copy', replayPart, [KEY_A]],
    ['of plain text', (store: SharedCopyStore) => store.write('copy', '{"epoch":"e","revision":9}', 60_000), [KEY_A]],
    ['with an injected part in plain text', (store: SharedCopyStore) => store.write('copy:a:0', 'x', 60_000), [KEY_A]],
  ])('%s is ignored with one warning', async (_title, damage, keys) => {
    const store = await storeOf({ url: redis.url });
    await write(
      store,
      state(5),
      Array.from({ length: 3_000 }, (_, number) => `key-${number}`),
    );
    await damage(store);
    const damaged = reader(store, keys);
    expect(await damaged.load()).toBeUndefined();
    expect(await damaged.load()).toBeUndefined();
    expect(warnings.mock.calls).toEqual([
      [expect.objectContaining({ event: 'governance_copy_unreadable', copy: 'Redis' })],
    ]);
  });

  it('is opened by each configured key, and replaced by a replica with another one', async () => {
    const store = await storeOf({ url: redis.url });
    await write(store, state(5), ['one']);
    expect(await reader(store, [KEY_B, KEY_A]).load()).toBeDefined();
    await write(store, state(5), ['one'], [KEY_B]);
    expect(await reader(store, [KEY_B]).load()).toBeDefined();
  });

  it('serves a replica until its database answers, also one that becomes newer', async () => {
    const store = await storeOf({ url: redis.url });
    const snapshot = new GovernanceSnapshot();
    const source = new SwitchedSource([keyRecord('of-database')]);
    const replica = new Replica(source, snapshot, { shared: reader(store) });
    const isKnown = (name: string) => snapshot.findSecret(digestOf(name)) !== undefined;
    await replica.synchronize();
    expect(replica.hasObjects).toBe(false);
    await write(store, state(5), ['one']);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 6_000);
    try {
      await replica.synchronize();
      expect([replica.hasObjects, replica.revision, replica.confirmedAt, isKnown('one')]).toEqual([true, 5, 5, true]);
      await write(store, state(6), ['two']);
      clock.mockReturnValue(Date.now() + 6_000);
      await replica.synchronize();
      expect([replica.revision, isKnown('one'), isKnown('two')]).toEqual([6, false, true]);
      // The copy lacks fields, so the database is read as a whole.
      source.isAvailable = true;
      await replica.synchronize();
      expect([replica.revision, isKnown('two'), isKnown('of-database')]).toEqual([9, false, true]);
      expect(snapshot.find('Key', 'of-database')!.document.metadata).toEqual({ contact: 'Ada Lovelace' });
      // A copy of later is not read any more.
      source.isAvailable = false;
      await write(store, state(12), ['later']);
      clock.mockReturnValue(Date.now() + 6_000);
      await replica.synchronize();
      expect([replica.revision, isKnown('later')]).toEqual([9, false]);
    } finally {
      clock.mockRestore();
      await replica.stop();
    }
  });

  it('is neither written nor read while Redis is away, or without a key', async () => {
    const store = await storeOf({ url: redis.url });
    await write(store, state(5), ['one'], []);
    expect(await store.read('copy')).toBeNull();
    const closed = await storeOf({ url: 'redis://127.0.0.1:1' });
    expect([closed.isConfigured, closed.isConnected]).toEqual([true, false]);
    await write(closed, state(5), ['one']);
    expect(await reader(closed).load()).toBeUndefined();
    expect(warnings).not.toHaveBeenCalled();
    expect(new SharedCopyStore().isConfigured).toBe(false);
  });
});

async function changed(store: SharedCopyStore, name: string): Promise<void> {
  const text = (await store.read(name))!;
  const at = text.length - 20;
  await store.write(name, text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1), 60_000);
}

async function exchangeParts(store: SharedCopyStore): Promise<void> {
  const [first, second] = [await store.read('copy:a:0'), await store.read('copy:a:1')];
  await store.write('copy:a:0', second!, 60_000);
  await store.write('copy:a:1', first!, 60_000);
}

async function replayPart(store: SharedCopyStore): Promise<void> {
  const older = (await store.read('copy:a:0'))!;
  const names = Array.from({ length: 3_000 }, (_, number) => `key-${number}`);
  await write(store, state(6), names);
  await write(store, state(7), names);
  await store.write('copy:a:0', older, 60_000);
}

(hasServer ? describe : describe.skip)('the copy in a Redis Cluster', () => {
  const group = new RedisServers([]);
  let nodes: RedisServer[] = [];
  beforeAll(async () => {
    nodes = await group.startCluster(0);
  }, 60_000);
  afterAll(() => group.stop());

  it('is written and read', async () => {
    warnings.mockClear();
    const store = await storeOf({ mode: 'cluster', nodes: nodes.map(({ address }) => address) });
    while (!store.isConnected) await sleep(20);
    const names = Array.from({ length: 3_000 }, (_, number) => `key-${number}`);
    await write(store, state(5), names);
    await write(store, state(6), names);
    expect((await reader(store).load())?.records).toHaveLength(3_000);
    expect(warnings).not.toHaveBeenCalled();
  });
});
