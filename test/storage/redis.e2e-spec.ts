import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { startRedis, type TestRedis } from '../support/redis.ts';
import type { BucketSpec } from '../../src/shared-state/buckets/bucket.ts';
import { MemoryBuckets } from '../../src/shared-state/buckets/memory-buckets.ts';
import { RedisBuckets } from '../../src/shared-state/buckets/redis-buckets.ts';
import { MemoryThrottlerStorage } from '../../src/shared-state/throttling/memory-throttler-storage.ts';
import { RedisThrottlerStorage } from '../../src/shared-state/throttling/redis-throttler-storage.ts';
import { RedisConnection } from '../../src/shared-state/redis.ts';
import { RedisConfig, ThinkingConfig } from '../../src/config/gateway-config.ts';
import { AnswerStore } from '../../src/shared-state/responses/answer-store.ts';
import { ThinkingStore } from '../../src/shared-state/thinking/thinking-store.ts';

/** Long enough for a busy machine, because a fallback to memory would compare the wrong values. */
const TIMEOUT_MS = 1_000;
const HOUR = 3_600_000;
/** Timers are late on busy machines; no command may wait for a second timeout. */
const GRACE_MS = 800;

let redis: TestRedis | undefined;
const open: RedisConnection[] = [];
const lines = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);

beforeAll(async () => {
  redis = await startRedis();
}, 90_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.onApplicationShutdown()));
});
afterAll(() => redis?.stop());

async function connect(url: string, timeoutMs = TIMEOUT_MS): Promise<RedisConnection> {
  const connection = new RedisConnection(Object.assign(new RedisConfig(), { url, timeoutMs }));
  open.push(connection);
  await connection.onModuleInit();
  return connection;
}

async function storageOn(url: string, keyPrefix: string, onUnavailable: 'local' | 'allow' = 'local') {
  const connection = await connect(url);
  return { connection, storage: new RedisThrottlerStorage(connection, { redis: { keyPrefix, onUnavailable } }) };
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  return { result: await work, ms: performance.now() - start };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 20) {
    if (waited > 10_000) throw new Error('timed out');
    await sleep(20);
  }
}

describe('limits in Redis', () => {
  it('share one window between all replicas', async () => {
    if (!redis) return;
    const one = await storageOn(redis.url, 'shared:');
    const two = await storageOn(redis.url, 'shared:');
    const answers = [];
    for (let index = 0; index < 6; index += 1) {
      answers.push(await (index % 2 === 0 ? one : two).storage.increment('key', HOUR, 4));
    }
    expect(answers.map((answer) => answer.isBlocked)).toEqual([false, false, false, false, true, true]);
    expect(answers.map((answer) => answer.totalHits)).toEqual([1, 2, 3, 4, 4, 4]);
    expect(answers[5]?.timeToBlockExpire).toBeGreaterThan(0);
  });

  it('count several requests at once, or none of them', async () => {
    if (!redis) return;
    const { storage } = await storageOn(redis.url, 'several:');
    const amounts = [3, 3, 2, 1];
    const answers = [];
    for (const amount of amounts) answers.push(await storage.incrementBy('key', HOUR, 5, amount));
    expect(answers.map(({ isBlocked }) => isBlocked)).toEqual([false, true, false, true]);
    expect(answers.map(({ totalHits }) => totalHits)).toEqual([3, 3, 5, 5]);
  });

  it('match the limits in memory, window after window', async () => {
    if (!redis) return;
    const { storage } = await storageOn(redis.url, 'same:');
    const memory = new MemoryThrottlerStorage();
    // Short windows, so that several pass; both use this machine's clock.
    const decisions = [];
    for (let index = 0; index < 60; index += 1) {
      const [there, here] = await Promise.all([storage.increment('key', 800, 5), memory.increment('key', 800, 5)]);
      decisions.push(there.isBlocked === here.isBlocked);
      await sleep(60);
    }
    // A request in the very millisecond in which a slot frees may be accepted or rejected.
    expect(decisions.filter((same) => !same).length).toBeLessThanOrEqual(6);
  });

  it('forget a key when none of its requests counts any more', async () => {
    if (!redis) return;
    const { connection, storage } = await storageOn(redis.url, 'ttl:');
    await storage.increment('key', 60_000, 5);
    const ttl = await connection.client.pttl('ttl:limit:key');
    expect(ttl).toBeGreaterThan(100_000);
    expect(ttl).toBeLessThanOrEqual(120_000);
  });

  it.each(['local', 'allow'] as const)(
    'follow the policy %s when Redis fails, without delay, and recover',
    async (policy) => {
      if (!redis) return;
      lines.mockClear();
      const { connection, storage } = await storageOn(redis.url, `${policy}:`, policy);
      await storage.increment('key', HOUR, 2);
      await redis.kill();

      const answers = [];
      for (let index = 0; index < 4; index += 1) answers.push(await timed(storage.increment('key', HOUR, 2)));
      const blocked = policy === 'local' ? [false, false, true, true] : [false, false, false, false];
      expect(answers.map(({ result }) => result.isBlocked)).toEqual(blocked);
      for (const { ms } of answers) expect(ms).toBeLessThan(TIMEOUT_MS + GRACE_MS);
      expect(lines).toHaveBeenCalledTimes(1);

      await redis.restart();
      await until(() => !connection.isUnavailable);
      expect((await storage.increment('key', HOUR, 2)).totalHits).toBe(1);
      expect(await connection.client.exists(`${policy}:limit:key`)).toBe(1);
    },
  );

  it('wait for at most one timeout if Redis hangs, and only once', async () => {
    if (!redis) return;
    const { connection, storage } = await storageOn(redis.url, 'hung:');
    await storage.increment('key', HOUR, 9);
    redis.pause();
    try {
      const first = await timed(storage.increment('key', HOUR, 9));
      expect(first.result.isBlocked).toBe(false);
      expect(first.ms).toBeLessThan(TIMEOUT_MS + GRACE_MS);
      const second = await timed(storage.increment('key', HOUR, 9));
      expect(second.ms).toBeLessThan(TIMEOUT_MS / 2);
    } finally {
      redis.resume();
    }
    await until(() => !connection.isUnavailable);
    expect((await storage.increment('key', HOUR, 9)).totalHits).toBeGreaterThan(1);
  });

  it('apply to this process only if Redis was never available', async () => {
    const { result, ms } = await timed(storageOn('redis://127.0.0.1:1', 'none:'));
    expect(ms).toBeLessThan(5_000);
    expect(result.connection.isUnavailable).toBe(true);
    expect((await result.storage.increment('key', HOUR, 1)).isBlocked).toBe(false);
    expect((await result.storage.increment('key', HOUR, 1)).isBlocked).toBe(true);
  });

  it('follow the policy if Redis replies with an error', async () => {
    if (!redis) return;
    const { connection, storage } = await storageOn(redis.url, 'wrong:');
    await connection.client.set('wrong:limit:key', 'not a hash');
    expect((await storage.increment('key', HOUR, 1)).isBlocked).toBe(false);
    expect((await storage.increment('key', HOUR, 1)).isBlocked).toBe(true);
    expect(connection.isUnavailable).toBe(false);
  });
});

describe('cached answers in Redis', () => {
  it('are shared, expire, and count as missing while Redis is down', async () => {
    if (!redis) return;
    const config = { answerCache: { ttlSeconds: 2, maxBytes: 1024 } };
    const one = new AnswerStore(config, await connect(redis.url), 'answers:');
    const two = new AnswerStore(config, await connect(redis.url), 'answers:');
    one.set('owner', 'key', '{"a":1}');
    await until(async () => (await two.get('key')) === '{"a":1}');
    expect(await two.get('other')).toBeUndefined();
    await until(async () => (await two.get('key')) === undefined);
    await redis.kill();
    one.set('owner', 'key', '{}');
    expect(await one.get('key')).toBeUndefined();
    await redis.restart();
  });
});

describe('thinking in Redis', () => {
  it('is found by every replica, and by the replica that stored it also while Redis is down', async () => {
    if (!redis) return;
    const config = { thinking: new ThinkingConfig() };
    const one = new ThinkingStore(config, await connect(redis.url), 'thoughts:');
    const two = new ThinkingStore(config, await connect(redis.url), 'thoughts:');
    const place = { owner: 'a', callId: 'tooluse_1', context: 'c' };
    const bytes = Buffer.from('small enough for an id');
    // Without configured keys this process encrypts nothing, because another replica could not decrypt it.
    expect(one.save(place, bytes)).toBe('tooluse_1');
    const expected = new Map([['tooluse_1', bytes]]);
    await until(async () => (await two.find([place])).size === 1);
    expect(await two.find([{ owner: 'a', callId: 'tooluse_0', context: 'c' }, place])).toEqual(expected);
    await redis.kill();
    expect(await one.find([place])).toEqual(expected);
    expect(await two.find([place])).toEqual(new Map());
    await redis.restart();
  });
});

describe('buckets in Redis', () => {
  const PATIENT_MS = 5_000;
  const MINUTE = { capacity: 6_000, periodMs: 60_000, refill: 'steady' } as const;
  const SHORT_DAY = { capacity: 100, periodMs: 3_000, refill: 'at-once' } as const;
  const settings = (keyPrefix: string, onUnavailable: 'local' | 'allow' = 'local', replicas = 2) => ({
    redis: { keyPrefix, onUnavailable },
    bedrock: { quotas: { shareAmongReplicas: replicas } },
  });
  const of = (amount: number, bucket: BucketSpec = MINUTE, key = 'one') => ({ key, spec: bucket, amount });

  it('are shared by all replicas: complete, fair in both directions, and emptied for all', async () => {
    if (!redis) return;
    const one = new RedisBuckets(await connect(redis.url, PATIENT_MS), settings('quota-shared:'));
    const two = new RedisBuckets(await connect(redis.url, PATIENT_MS), settings('quota-shared:'));
    const taken = await one.take([of(4_000)]);
    expect(taken).toMatchObject({ short: undefined, waitMs: 0, levels: [2_000] });
    const refused = await two.take([of(4_000)]);
    expect(refused.short).toBe(0);
    // The bucket refills at 100 a second; the bounds allow a busy machine five seconds.
    expect(refused.waitMs).toBeGreaterThan(15_000);
    expect(refused.waitMs).toBeLessThanOrEqual(20_000);
    const level = async () => (await two.take([of(0)])).levels[0]!;
    one.correct([of(3_500)], taken.at);
    await until(async () => (await level()) >= 5_500);
    expect(await level()).toBeLessThan(6_000);
    two.drain([of(0)]);
    await until(async () => (await level()) < 500);
    expect((await one.take([of(1_000)])).short).toBe(0);
    // Usage above the debit: the bucket owes the difference.
    one.correct([of(-50_000)], taken.at);
    await until(async () => (await level()) < 0);
    const owing = await one.take([of(1)]);
    expect(owing.levels[0]).toBeGreaterThanOrEqual(-6_000);
    expect(owing.levels[0]).toBeLessThan(-5_500);
  });

  it('match the buckets in memory for every sequence of operations', async () => {
    if (!redis) return;
    const connection = await connect(redis.url, PATIENT_MS);
    const shared = new RedisBuckets(connection, settings('quota-same:'));
    let now = 0;
    const memory = new MemoryBuckets(() => now);
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let step = 0; step < 150; step += 1) {
      const wanted = [
        of(random(4_000), MINUTE, 'a'),
        of(random(120), SHORT_DAY, 'b'),
        of(1, { ...MINUTE, capacity: 50 }, 'c'),
      ];
      // Redis returns its time with each debit; the model in memory uses that time.
      const there = await shared.take(wanted);
      now = there.at;
      const here = memory.take(wanted);
      expect(there.short).toBe(here.short);
      expect(there.waitMs).toBe(here.waitMs);
      for (const [index, level] of there.levels.entries()) expect(level).toBeCloseTo(here.levels[index]!, 6);
      if (step % 3 === 0) await sleep(random(15));
    }
    expect(await connection.client.pttl('quota-same:quota:{a}')).toBeGreaterThan(100_000);
  });

  it('return nothing to a daily quota that has reset since', async () => {
    if (!redis) return;
    const shared = new RedisBuckets(await connect(redis.url, PATIENT_MS), settings('quota-day:'));
    const taken = await shared.take([of(100, SHORT_DAY)]);
    await sleep(3_050 - (taken.at % 3_000));
    expect((await shared.take([of(40, SHORT_DAY)])).levels).toEqual([60]);
    shared.correct([of(100, SHORT_DAY)], taken.at);
    expect((await shared.take([of(0, SHORT_DAY)])).levels).toEqual([60]);
  });

  it('are local to each replica while Redis is down: its share, or no limit', async () => {
    if (!redis) return;
    const local = new RedisBuckets(await connect(redis.url), settings('quota-away:'));
    const free = new RedisBuckets(await connect(redis.url), settings('quota-away:', 'allow'));
    await redis.kill();
    expect(await local.take([of(2_500)])).toMatchObject({ levels: [500] });
    expect((await local.take([of(2_500)])).short).toBe(0);
    local.drain([of(0)]);
    await sleep(20);
    expect((await local.take([of(100)])).short).toBe(0);
    for (let index = 0; index < 5; index += 1) expect((await free.take([of(6_000)])).short).toBeUndefined();
    await redis.restart();
  });
});
