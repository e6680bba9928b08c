import type { Result } from 'ioredis';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { RedisConnection } from '../redis.ts';
import { areNumbers } from '../redis-replies.ts';
import { debitAmount } from './bucket.ts';
import type { BucketStore, BucketDebit, DebitResult } from './bucket-store.ts';
import { MemoryBuckets } from './memory-buckets.ts';

/**
 * Implements `bucket.ts` in Redis: one hash for each bucket, one round trip for all buckets of a request, and the clock of
 * Redis. ARGV: the action (take, correct, drain), the time of the debit (for correct), then capacity, period, refill and
 * amount of each key. Returns { short or -1, wait, now, level, level, … }. Levels are text, because Redis truncates numbers
 * to integers.
 */
const MOVE_BUCKETS = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local action, takenAt = ARGV[1], tonumber(ARGV[2])
local levels, short, wait = {}, -1, 0
for i, key in ipairs(KEYS) do
  local capacity, period, refill, amount =
    tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i]), ARGV[4 * i + 1], tonumber(ARGV[4 * i + 2])
  local stored = redis.call('HMGET', key, 'level', 'at')
  local level, at = math.min(capacity, tonumber(stored[1]) or capacity), tonumber(stored[2]) or now
  if refill == 'at-once' then
    if math.floor(now / period) > math.floor(at / period) then level = capacity end
  else
    level = math.min(capacity, level + math.max(0, now - at) * capacity / period)
  end
  if action == 'take' then
    local missing = math.min(amount, capacity) - level
    if missing > 0 then
      local mine = math.ceil(missing * period / capacity)
      if refill == 'at-once' then mine = period - now % period end
      if mine > wait then short, wait = i - 1, mine end
    end
  elseif action == 'drain' then
    level = math.min(0, level)
  elseif refill ~= 'at-once' or math.floor(takenAt / period) >= math.floor(now / period) then
    level = math.min(capacity, math.max(-capacity, level + amount))
  end
  levels[i] = level
end
local answer = { short, wait, now }
for i, key in ipairs(KEYS) do
  local capacity, period, amount = tonumber(ARGV[4 * i - 1]), tonumber(ARGV[4 * i]), tonumber(ARGV[4 * i + 2])
  if action == 'take' and short < 0 then levels[i] = levels[i] - math.min(amount, capacity) end
  redis.call('HSET', key, 'level', string.format('%.17g', levels[i]), 'at', now)
  redis.call('PEXPIRE', key, 2 * period)
  answer[3 + i] = string.format('%.17g', levels[i])
end
return answer
`;

type Answer = [short: number, waitMs: number, at: number, ...levels: string[]];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    moveBuckets(keyCount: number, ...keysAndArguments: (string | number)[]): Result<Answer, Context>;
  }
}

/** The settings in use, read in each operation. */
interface BucketSettings {
  readonly redis: Pick<GatewayConfig['redis'], 'keyPrefix' | 'onUnavailable'>;
  readonly bedrock: { readonly quotas: Pick<GatewayConfig['bedrock']['quotas'], 'shareAmongReplicas'> };
}

/**
 * Buckets that all replicas share. While Redis is unavailable, `redis.onUnavailable` decides whether each replica
 * counts its share of the limits on its own, or no limit applies.
 */
export class RedisBuckets implements BucketStore {
  private readonly localBuckets = new MemoryBuckets();

  constructor(
    private readonly redis: RedisConnection,
    private readonly config: BucketSettings,
  ) {
    redis.client.defineCommand('moveBuckets', { lua: MOVE_BUCKETS });
  }

  async take(debits: readonly BucketDebit[]): Promise<DebitResult> {
    const answer = await this.move('take', debits);
    if (answer === undefined) return this.onUnavailable?.take(this.localShareOf(debits)) ?? unlimited(debits);
    const [short, waitMs, at, ...levels] = answer;
    if (short >= debits.length || waitMs < 0)
      return this.onUnavailable?.take(this.localShareOf(debits)) ?? unlimited(debits);
    return { short: short < 0 ? undefined : short, waitMs, at, levels: levels.map(Number) };
  }

  correct(debits: readonly BucketDebit[], takenAt: number): void {
    void this.withFallback(this.move('correct', debits, takenAt), () =>
      this.onUnavailable?.correct(this.localShareOf(debits), takenAt),
    );
  }

  drain(debits: readonly BucketDebit[]): void {
    void this.withFallback(this.move('drain', debits), () => this.onUnavailable?.drain(this.localShareOf(debits)));
  }

  private async withFallback(moving: Promise<Answer | undefined>, onUnavailable: () => void): Promise<void> {
    if ((await moving) === undefined) onUnavailable();
  }

  private move(action: string, debits: readonly BucketDebit[], takenAt = 0): Promise<Answer | undefined> {
    const keys = debits.map(({ key }) => `${this.config.redis.keyPrefix}quota:${withHashTag(key)}`);
    const numbers = debits.flatMap(({ spec, amount }) => [spec.capacity, spec.periodMs, spec.refill, amount]);
    return this.redis.attempt(
      'quota',
      keys[0] ?? '',
      (client) => client.moveBuckets(keys.length, ...keys, action, takenAt, ...numbers),
      areNumbers(3, keys.length),
    );
  }

  private get onUnavailable(): BucketStore | undefined {
    const { onUnavailable } = this.config.redis;
    switch (onUnavailable) {
      case 'local':
        return this.localBuckets;
      case 'allow':
        return undefined;
      default:
        return onUnavailable satisfies never;
    }
  }

  private localShareOf(debits: readonly BucketDebit[]): BucketDebit[] {
    const { shareAmongReplicas } = this.config.bedrock.quotas;
    return debits.map(({ key, spec, amount }) => {
      const localSpec = { ...spec, capacity: spec.capacity / shareAmongReplicas };
      return { key, spec: localSpec, amount: debitAmount(amount, spec) };
    });
  }
}

/**
 * Adds a hash tag to the name of a bucket: `{eu-central-1}/geo/claude-sonnet-4-6/tokensPerMinute`. One script uses the
 * buckets of one account and region, with which their names begin, so a cluster has them on one node.
 */
function withHashTag(key: string): string {
  const end = key.indexOf('/');
  return end < 0 ? `{${key}}` : `{${key.slice(0, end)}}${key.slice(end)}`;
}

function unlimited(debits: readonly BucketDebit[]): DebitResult {
  return { waitMs: 0, levels: debits.map(({ spec }) => spec.capacity), at: Date.now() };
}
