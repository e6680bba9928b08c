import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { hasRedis } from '../support/redis.ts';
import { type RedisServer, RedisServers, until } from '../support/redis-servers.ts';

/** A primary of Redis is lost while requests run. */

const REQUEST = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'hi' }], max_tokens: 10 };
const QUOTA = 'bedrock: {quotas: {limits: [{model: "*", requestsPerMinute: 1000000, tokensPerMinute: 1000000000}]}}';
/** A busy machine needs longer than the default, and an outage for that reason is none of a failover. */
const TIMEOUT_MS = 1_000;
const available = await hasRedis();
const group = new RedisServers(['--no-auth-warning']);
afterEach(() => group.stop());

interface Failover {
  settings: string;
  /** Loses the primary, with its connections or without closing them. */
  lose(): Promise<void>;
  servers: readonly RedisServer[];
  /** Returns the servers that have the counters afterwards. */
  rest(): readonly RedisServer[];
  password?: string;
}

/** Sends requests from eight clients until `end` resolves. Returns the statuses with their number. */
async function load(gateway: TestGateway, end: Promise<unknown>): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const over = new AbortController();
  void end.finally(() => over.abort()).catch(() => undefined);
  const client = async () => {
    while (!over.signal.aborted) {
      const response = await gateway.send('/v1/chat/completions', { method: 'POST', body: REQUEST });
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  };
  await Promise.all([...Array.from({ length: 8 }, client), end]);
  return statuses;
}

async function stateOf(gateway: TestGateway): Promise<string | undefined> {
  const text = await gateway.app.get(MetricsService).registry.getSingleMetricAsString('outcrop_redis_state');
  return /state="(\w+)"\} 1/.exec(text)?.[1];
}

/** Returns the number of requests that the counters in Redis contain. */
async function counted(servers: readonly RedisServer[], password?: string): Promise<number> {
  let total = 0;
  const access = password === undefined ? [] : ['-a', password];
  for (const server of servers) {
    const keys = (await server.cli(...access, 'keys', '*limit:*').catch(() => '')).split('\n').filter(Boolean);
    for (const key of keys) {
      const fields = await server.cli(...access, 'hmget', key, 'current', 'previous').catch(() => '');
      for (const value of fields.split('\n')) total = Math.max(total, Number(value) || 0);
    }
  }
  return total;
}

const CASES: [string, () => Promise<Failover>][] = [
  ['a node of a cluster that crashes', () => clusterFailover((server) => server.kill())],
  ['a node of a cluster that hangs', () => clusterFailover((server) => Promise.resolve(server.pause()))],
  ['a primary of Sentinels that crashes', () => sentinelFailover((server) => server.kill())],
  ['a primary of Sentinels that hangs', () => sentinelFailover((server) => Promise.resolve(server.pause()))],
];

async function clusterFailover(lose: (server: RedisServer) => Promise<void>): Promise<Failover> {
  const servers = await group.startCluster(1);
  const nodes = JSON.stringify(servers.map(({ address }) => address));
  let lost: RedisServer | undefined;
  return {
    settings: `redis: {mode: cluster, nodes: ${nodes}, timeoutMs: ${TIMEOUT_MS}}`,
    servers,
    rest: () => servers.filter((server) => server !== lost),
    lose: async () => {
      // The primary that has the counter of the key, so that requests notice the loss.
      for (const server of servers) {
        if ((await server.cli('keys', '*limit:*')) === '') continue;
        if ((await server.cli('role')).startsWith('master')) lost = server;
      }
      await lost!.cli('wait', '1', '5000');
      await lose(lost!);
    },
  };
}

async function sentinelFailover(lose: (server: RedisServer) => Promise<void>): Promise<Failover> {
  const { primary, replica, sentinels } = await group.startSentinels({ server: 'p', sentinel: 's' });
  const nodes = JSON.stringify(sentinels.map(({ address }) => address));
  return {
    settings: `redis: {mode: sentinel, nodes: ${nodes}, timeoutMs: ${TIMEOUT_MS}, password: p, sentinel: {name: mymaster, password: s}}`,
    servers: [primary],
    rest: () => [replica],
    password: 'p',
    lose: async () => {
      await primary.cli('-a', 'p', 'wait', '1', '5000');
      await lose(primary);
    },
  };
}

(available ? describe : describe.skip)('during a failover of Redis', () => {
  it.each(CASES)(
    'no request fails, and the counters go on: %s',
    async (_what, start) => {
      const failover = await start();
      const gateway = await startGateway(`${failover.settings}\nlimits: {requestsPerMinute: 1000000}\n${QUOTA}`);
      try {
        const events: string[] = [];
        const course = (async () => {
          await sleep(1_000);
          await until(async () => (await stateOf(gateway)) === 'available');
          const before = await counted(failover.servers, failover.password);
          expect(before).toBeGreaterThan(0);
          await failover.lose();
          await until(async () => (await stateOf(gateway)) === 'unavailable');
          events.push('unavailable');
          await until(async () => (await stateOf(gateway)) === 'available');
          events.push('available');
          // The replica has the counts of the primary and adds to them, unless a minute has passed.
          await until(async () => (await counted(failover.rest(), failover.password)) > before);
        })();
        const statuses = await load(gateway, course);
        expect([...statuses.keys()]).toEqual([200]);
        expect(events).toEqual(['unavailable', 'available']);
        expect(await stateOf(gateway)).toBe('available');
      } finally {
        await gateway.close();
      }
    },
    120_000,
  );
});
