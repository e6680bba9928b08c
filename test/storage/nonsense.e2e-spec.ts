import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { RedisConfig, ThinkingConfig } from '../../src/config/gateway-config.ts';
import { RedisBuckets } from '../../src/shared-state/buckets/redis-buckets.ts';
import { RedisThrottlerStorage } from '../../src/shared-state/throttling/redis-throttler-storage.ts';
import { RedisConnection } from '../../src/shared-state/redis.ts';
import { AnswerStore } from '../../src/shared-state/responses/answer-store.ts';
import { ResponseStore } from '../../src/shared-state/responses/response-store.ts';
import { ThinkingStore } from '../../src/shared-state/thinking/thinking-store.ts';

/** Servers that are not Redis, or a broken one: each sends the same bytes for every command. */

jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);

const TIMEOUT_MS = 100;
const COMMAND = /\*\d+\r\n\$/g;

const REPLIES: [string, string | Buffer][] = [
  ['a simple string', '+OK\r\n'],
  ['an integer', ':5\r\n'],
  ['nothing', '$-1\r\n'],
  ['an empty array', '*0\r\n'],
  ['no array', '*-1\r\n'],
  ['an array of nulls', '*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n'],
  ['an array of strings', '*4\r\n+a\r\n+b\r\n+c\r\n+d\r\n'],
  ['a map', '%1\r\n_\r\n_\r\n'],
  ['a number with a fraction', ',1.5\r\n'],
  ['a boolean', '#t\r\n'],
  ['OOM', "-OOM command not allowed when used memory > 'maxmemory'.\r\n"],
  ['READONLY', "-READONLY You can't write against a read only replica.\r\n"],
  ['LOADING', '-LOADING Redis is loading the dataset in memory\r\n'],
  ['NOSCRIPT', '-NOSCRIPT No matching script. Please use EVAL.\r\n'],
  ['MOVED', '-MOVED 3999 127.0.0.1:1\r\n'],
  ['an error without a message', '-\r\n'],
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'],
  ['random bytes', Buffer.from([0, 1, 2, 255, 254, 13, 10])],
  ['an array that is too long', '*9999999999\r\n'],
  ['a string that never ends', '$99999999999\r\nabc'],
  ['negative lengths', '*-5\r\n$-7\r\n'],
  ['deeply nested arrays', '*1\r\n'.repeat(100_000)],
  ['more replies than commands', '+OK\r\n$-1\r\n'.repeat(50)],
  ['a push message without a type', '>1\r\n_\r\n'],
  ['a push message without a channel', '>3\r\n+subscribe\r\n_\r\n_\r\n'],
];

const open: { server: Server; sockets: Set<Socket>; connection: RedisConnection }[] = [];
afterEach(async () => {
  for (const { server, sockets, connection } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
    await connection.onApplicationShutdown();
  }
});

/** Connects to a server that replies with `reply`, to PING as well unless `ping` is PONG. */
async function connected(reply: string | Buffer, ping: 'as all' | 'PONG' = 'as all'): Promise<RedisConnection> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const text = data.toString('latin1');
      const isPing = ping === 'PONG' && /ping/i.test(text);
      for (const _ of text.match(COMMAND) ?? []) socket.write(isPing ? '+PONG\r\n' : reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = new RedisConnection(
    Object.assign(new RedisConfig(), { url: `redis://127.0.0.1:${port}`, timeoutMs: TIMEOUT_MS }),
  );
  open.push({ server, sockets, connection });
  await connection.onModuleInit();
  return connection;
}

describe.each(['as all', 'PONG'] as const)('a server that replies to PING with %s', (ping) => {
  it.each(REPLIES)('and to everything else with %s is treated as unavailable', async (_what, reply) => {
    const connection = await connected(reply, ping);
    const away = {
      redis: { keyPrefix: 'x:', onUnavailable: 'local' as const },
      bedrock: { quotas: { shareAmongReplicas: 1 } },
    };
    const counter = new RedisThrottlerStorage(connection, away);
    const buckets = new RedisBuckets(connection, away);
    const cache = new AnswerStore({ answerCache: { ttlSeconds: 1, maxBytes: 1_024 } }, connection);
    const responses = { store: 'redis' as const, ttlSeconds: 9, maxEntries: 9, maxBytes: 9_999, maxEntryBytes: 9_999 };
    const store = new ResponseStore({ responses }, connection);
    const thinkingStore = new ThinkingStore({ thinking: new ThinkingConfig() }, connection);
    const bucket = { capacity: 10, periodMs: 60_000, refill: 'steady' as const };

    // The limit then holds in this process.
    const blocked = [];
    for (let turn = 0; turn < 3; turn += 1) blocked.push((await counter.increment('key', 60_000, 2)).isBlocked);
    expect(blocked).toEqual([false, false, true]);
    const taken = [];
    for (let turn = 0; turn < 2; turn += 1)
      taken.push((await buckets.take([{ key: 'a', spec: bucket, amount: 6 }])).short);
    expect(taken).toEqual([undefined, 0]);
    const cached = await cache.get('key');
    expect(['string', 'undefined']).toContain(typeof cached);
    const found = await store.get('owner', 'id').catch((error: { status: number }) => error.status);
    expect(found === undefined || found === 503 || typeof found === 'string').toBe(true);
    expect(await thinkingStore.find([{ owner: 'a', callId: 'tooluse_1', context: 'c' }])).toEqual(new Map());
    cache.set('a', 'key', '{}');
    await sleep(20);
  });
});

it('an endless reply uses bounded memory', async () => {
  const connection = await connected('$-1\r\n', 'PONG');
  const piece = Buffer.alloc(1024 * 1024, 120);
  const stream = open[0]!.sockets.values().next().value!;
  stream.write('$99999999999\r\n');
  let sent = 0;
  await new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
    const more = (): void => {
      if (stream.destroyed || sent > 512) return resolve();
      sent += 1;
      stream.write(piece, more);
    };
    more();
  });
  expect(sent).toBeLessThan(128);
  expect(connection.isUnavailable).toBe(true);
});
