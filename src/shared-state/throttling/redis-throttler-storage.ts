import type { Result } from 'ioredis';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import {
  MemoryThrottlerStorage,
  type RequestCounter,
  type ThrottlerRecord,
  toThrottlerRecord,
} from './memory-throttler-storage.ts';
import type { RedisConnection } from '../redis.ts';
import { areNumbers } from '../redis-replies.ts';
import { toWindowDecision } from './sliding-window.ts';

/**
 * Implements `sliding-window.ts` in Redis: one hash for each key, one round trip. The script uses the clock of Redis, so
 * replicas with different clocks share one window (scripts may read the clock since Redis 5).
 */
const COUNT_REQUEST = `
local windowMs, limit, amount = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = math.floor(now / windowMs)
local stored = redis.call('HMGET', KEYS[1], 'window', 'current', 'previous')
local storedWindow = tonumber(stored[1]) or window
local current, previous = tonumber(stored[2]) or 0, tonumber(stored[3]) or 0
if storedWindow == window - 1 then
  previous, current = current, 0
elseif storedWindow ~= window then
  previous, current = 0, 0
end
local elapsed = now - window * windowMs
local admitted = 0
if (current + amount) * windowMs + previous * (windowMs - elapsed) <= limit * windowMs then
  admitted = 1
  current = current + amount
  redis.call('HSET', KEYS[1], 'window', window, 'current', current, 'previous', previous)
  redis.call('PEXPIRE', KEYS[1], 2 * windowMs)
end
return { admitted, current, previous, elapsed }
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countRequest(
      key: string,
      windowMs: number,
      limit: number,
      amount: number,
    ): Result<[admitted: number, current: number, previous: number, elapsed: number], Context>;
  }
}

/** Counts requests in Redis, so that all replicas share one limit. */
export class RedisThrottlerStorage implements RequestCounter {
  private readonly local = new MemoryThrottlerStorage();

  constructor(
    private readonly redis: RedisConnection,
    private readonly config: { readonly redis: Pick<GatewayConfig['redis'], 'keyPrefix' | 'onUnavailable'> },
  ) {
    redis.client.defineCommand('countRequest', { numberOfKeys: 1, lua: COUNT_REQUEST });
  }

  increment(key: string, windowMs: number, limit: number): Promise<ThrottlerRecord> {
    return this.incrementBy(key, windowMs, limit, 1);
  }

  async incrementBy(key: string, windowMs: number, limit: number, amount: number): Promise<ThrottlerRecord> {
    const redisKey = `${this.config.redis.keyPrefix}limit:${key}`;
    const reply = await this.redis.attempt(
      'limit',
      redisKey,
      (client) => client.countRequest(redisKey, windowMs, limit, amount),
      areNumbers(4),
    );
    if (reply === undefined) return this.withoutRedis(key, windowMs, limit, amount);
    const [admitted, current, previous, elapsed] = reply;
    const count = { window: 0, current, previous };
    return toThrottlerRecord(toWindowDecision(count, elapsed, limit, windowMs, admitted === 1, amount), limit);
  }

  private withoutRedis(key: string, windowMs: number, limit: number, amount: number): ThrottlerRecord {
    const { onUnavailable } = this.config.redis;
    switch (onUnavailable) {
      case 'local':
        return this.local.count(key, windowMs, limit, amount);
      case 'allow':
        return { totalHits: 0, timeToExpire: 0, isBlocked: false, timeToBlockExpire: 0 };
      default:
        return onUnavailable satisfies never;
    }
  }
}
