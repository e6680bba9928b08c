import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RedisConfig, ThinkingConfig } from '../../src/config/gateway-config.ts';
import { RedisBuckets } from '../../src/shared-state/buckets/redis-buckets.ts';
import { RedisConnection } from '../../src/shared-state/redis.ts';
import { AnswerStore } from '../../src/shared-state/responses/answer-store.ts';
import { ResponseStore } from '../../src/shared-state/responses/response-store.ts';
import { ThinkingStore } from '../../src/shared-state/thinking/thinking-store.ts';
import { RedisThrottlerStorage } from '../../src/shared-state/throttling/redis-throttler-storage.ts';
import { hasRedis } from '../support/redis.ts';
import { findValkey } from '../support/valkey.ts';
import { type RedisServer, RedisServers, until } from '../support/redis-servers.ts';

/** The state of the gateway on real clusters of three nodes. */

const HOUR = 3_600_000;
const PREFIX = 'cluster:';
/** Both need `redis-cli`, which creates the cluster. */
const redis = (await hasRedis()) ? 'redis-server' : undefined;
const valkey = redis === undefined ? undefined : await findValkey();
let nodes: RedisServer[] = [];
const open: RedisConnection[] = [];
const errors = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);

afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.onApplicationShutdown()));
});

function settings(change: Partial<RedisConfig> = {}): RedisConfig {
  // Long enough for a busy machine, because a fallback to memory would compare the wrong values.
  const addresses = nodes.map(({ address }) => address);
  return Object.assign(
    new RedisConfig(),
    { mode: 'cluster', nodes: addresses, keyPrefix: PREFIX, timeoutMs: 5_000 },
    change,
  );
}

async function connect(change: Partial<RedisConfig> = {}): Promise<RedisConnection> {
  const connection = new RedisConnection(settings(change));
  open.push(connection);
  await connection.onModuleInit();
  expect(connection.isUnavailable).toBe(false);
  return connection;
}

describe.each([
  ['Redis', redis],
  ['Valkey', valkey],
])('a cluster of three nodes of %s', (_name, server) => {
  const group = new RedisServers([], server);
  const it = server === undefined ? test.skip : test;
  beforeAll(async () => {
    errors.mockClear();
    if (server !== undefined) nodes = await group.startCluster(0);
  }, 60_000);
  afterAll(() => group.stop());

  it.each([
    ['all nodes', () => ({})],
    ['one node', () => ({ nodes: [nodes[2]!.address] })],
    ['a URL of one node', () => ({ nodes: [], url: `redis://${nodes[1]!.address}` })],
  ])('is found by %s, and counts requests of all replicas on all nodes', async (_how, change) => {
    const key = (index: number) => `${JSON.stringify(change())}-${index}`;
    const replicas = await Promise.all([connect(change()), connect()]);
    const storages = replicas.map((replica) => new RedisThrottlerStorage(replica, { redis: settings() }));
    for (let index = 0; index < 30; index += 1) {
      const answers = [];
      for (const storage of [...storages, ...storages]) answers.push(await storage.increment(key(index), HOUR, 3));
      expect(answers.map(({ isBlocked }) => isBlocked)).toEqual([false, false, false, true]);
    }
    for (const node of nodes) expect(Number(await node.cli('dbsize'))).toBeGreaterThan(0);
  });

  it('has the buckets of one request on one node, and those of other regions elsewhere', async () => {
    const connection = await connect();
    const config = { redis: settings(), bedrock: { quotas: { shareAmongReplicas: 2 } } };
    const buckets = new RedisBuckets(connection, config);
    const spec = { capacity: 1_000, periodMs: 60_000, refill: 'steady' } as const;
    const regions = ['eu-central-1', 'us-east-1', 'us-west-2', 'other.account:ap-south-1', 'a:b-c_d.e:eu-west-1'];
    for (const region of regions) {
      const names = [
        'geo/claude/tokensPerMinute',
        '*/tokensPerMinute',
        'geo/claude/requestsPerMinute',
        'claude/tokensPerDay',
      ];
      const debits = names.map((name) => ({ key: `${region}/${name}`, spec, amount: 600 }));
      expect(await buckets.take(debits)).toMatchObject({ short: undefined });
      expect((await buckets.take(debits)).short).toBe(0);
      buckets.drain(debits);
      buckets.correct(debits, Date.now());
    }
    const slots = regions.map((region) => nodes[0]!.cli('cluster', 'keyslot', `${PREFIX}quota:{${region}}/x`));
    expect(new Set(await Promise.all(slots)).size).toBe(regions.length);
    expect(errors).not.toHaveBeenCalled();
  });

  it('stores answers, responses and thinking of long conversations', async () => {
    const [one, two] = [await connect(), await connect()];
    const responses = { store: 'redis' as const, ttlSeconds: 99, maxEntries: 9, maxBytes: 9_999, maxEntryBytes: 9_999 };
    const store = new ResponseStore({ responses }, one, PREFIX);
    expect(await store.set('owner', 'id', '{"a":1}')).toBe(true);
    expect(await new ResponseStore({ responses }, two, PREFIX).get('owner', 'id')).toBe('{"a":1}');
    expect(await store.delete('owner', 'id')).toBe(true);
    const answers = new AnswerStore({ answerCache: { ttlSeconds: 99, maxBytes: 1_024 } }, one, PREFIX);
    answers.set('owner', 'key', '{}');
    await until(async () => (await answers.get('key')) === '{}');
    const thinking = { thinking: new ThinkingConfig() };
    const keys = Array.from({ length: 512 }, (_, index) => ({ owner: 'a', callId: `call_${index}`, context: 'c' }));
    const saving = new ThinkingStore(thinking, one, PREFIX);
    for (const key of keys) saving.save(key, Buffer.from(key.callId));
    const reading = new ThinkingStore(thinking, two, PREFIX);
    await until(async () => (await reading.find(keys)).size === keys.length);
    expect((await reading.find([keys[7]!])).get('call_7')).toEqual(Buffer.from('call_7'));
  });

  it('loads the scripts again on each node that has lost them', async () => {
    const connection = await connect();
    const storage = new RedisThrottlerStorage(connection, { redis: settings() });
    const counts = async () => {
      const keys = Array.from({ length: 20 }, (_, index) => `script-${index}`);
      return (await Promise.all(keys.map((key) => storage.increment(key, HOUR, 99)))).map(({ totalHits }) => totalHits);
    };
    await counts();
    await Promise.all(nodes.map((node) => node.cli('script', 'flush')));
    expect(new Set(await counts())).toEqual(new Set([2]));
    expect(new Set(await counts())).toEqual(new Set([3]));
  });

  it('follows slots that move while requests run', async () => {
    const connection = await connect();
    const storage = new RedisThrottlerStorage(connection, { redis: settings() });
    const key = 'moving';
    const slot = await nodes[0]!.cli('cluster', 'keyslot', `${PREFIX}limit:${key}`);
    await storage.increment(key, HOUR, 1_000);
    const ids = await Promise.all(nodes.map((node) => node.cli('cluster', 'myid')));
    const owners = await Promise.all(
      nodes.map((node) => node.cli('exists', `${PREFIX}limit:${key}`).catch(() => 'MOVED')),
    );
    const from = owners.findIndex((reply) => reply === '1');
    const to = (from + 1) % 3;
    await nodes[to]!.cli('cluster', 'setslot', slot, 'importing', ids[from]!);
    await nodes[from]!.cli('cluster', 'setslot', slot, 'migrating', ids[to]!);
    const hits = [];
    for (let index = 0; index < 5; index += 1) hits.push((await storage.increment(key, HOUR, 1_000)).totalHits);
    // From now on, the old node answers ASK.
    await nodes[from]!.cli('migrate', '127.0.0.1', String(nodes[to]!.port), `${PREFIX}limit:${key}`, '0', '1000');
    for (let index = 0; index < 5; index += 1) hits.push((await storage.increment(key, HOUR, 1_000)).totalHits);
    // From now on, it answers MOVED.
    for (const node of [nodes[to]!, nodes[from]!, nodes[(to + 1) % 3]!]) {
      await node.cli('cluster', 'setslot', slot, 'node', ids[to]!);
    }
    for (let index = 0; index < 5; index += 1) hits.push((await storage.increment(key, HOUR, 1_000)).totalHits);
    expect(hits).toEqual(Array.from({ length: 15 }, (_, index) => index + 2));
    expect(connection.isUnavailable).toBe(false);
  });
});
