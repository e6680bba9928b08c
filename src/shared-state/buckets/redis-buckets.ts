import type { Result } from 'ioredis';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import type { RedisConnection } from '../redis.ts';
import { areNumbers } from '../redis-replies.ts';
import { debitAmount } from './bucket.ts';
import type { BucketStore, BucketDebit, DebitResult } from './bucket-store.ts';
import { MemoryBuckets } from './memory-buckets.ts';

/**
 * `bucket.ts` in Redis: one hash a bucket, one round trip for all buckets of a request, and Redis's own clock. ARGV: what
 * is to be done (take, correct, drain), the time of the taking (for correct), then capacity, period, refill and amount
 * of each key. Answers { short or -1, wait, now, level, level, … }; levels as text, since Redis cuts numbers to integers.
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

/** What of the settings matters here; read anew each time. */
interface BucketSettings {
  readonly redis: Pick<GatewayConfig['redis'], 'keyPrefix' | 'onUnavailable'>;
  readonly bedrock: { readonly quotas: Pick<GatewayConfig['bedrock']['quotas'], 'shareAmongReplicas'> };
}

/** Buckets that all replicas share. While Redis is away each replica has its share for itself, or nothing is limited. */
export class RedisBuckets implements BucketStore {
  private readonly here = new MemoryBuckets();

  constructor(
    private readonly redis: RedisConnection,
    private readonly config: BucketSettings,
  ) {
    redis.client.defineCommand('moveBuckets', { lua: MOVE_BUCKETS });
  }

  async take(draughts: readonly BucketDebit[]): Promise<DebitResult> {
    const answer = await this.move('take', draughts);
    if (answer === undefined) return this.onUnavailable?.take(this.shared(draughts)) ?? unlimited(draughts);
    const [short, waitMs, at, ...levels] = answer;
    if (short >= draughts.length || waitMs < 0)
      return this.onUnavailable?.take(this.shared(draughts)) ?? unlimited(draughts);
    return { short: short < 0 ? undefined : short, waitMs, at, levels: levels.map(Number) };
  }

  correct(draughts: readonly BucketDebit[], takenAt: number): void {
    void this.orElse(this.move('correct', draughts, takenAt), () =>
      this.onUnavailable?.correct(this.shared(draughts), takenAt),
    );
  }

  drain(draughts: readonly BucketDebit[]): void {
    void this.orElse(this.move('drain', draughts), () => this.onUnavailable?.drain(this.shared(draughts)));
  }

  private async orElse(moving: Promise<Answer | undefined>, onUnavailable: () => void): Promise<void> {
    if ((await moving) === undefined) onUnavailable();
  }

  private move(action: string, draughts: readonly BucketDebit[], takenAt = 0): Promise<Answer | undefined> {
    const keys = draughts.map(({ key }) => `${this.config.redis.keyPrefix}quota:${key}`);
    const numbers = draughts.flatMap(({ law, amount }) => [law.capacity, law.periodMs, law.refill, amount]);
    return this.redis.attempt(
      (client) => client.moveBuckets(keys.length, ...keys, action, takenAt, ...numbers),
      areNumbers(3, keys.length),
    );
  }

  private get onUnavailable(): BucketStore | undefined {
    const { onUnavailable } = this.config.redis;
    switch (onUnavailable) {
      case 'local':
        return this.here;
      case 'allow':
        return undefined;
      default:
        return onUnavailable satisfies never;
    }
  }

  private shared(draughts: readonly BucketDebit[]): BucketDebit[] {
    const { shareAmongReplicas } = this.config.bedrock.quotas;
    return draughts.map(({ key, law, amount }) => {
      const mine = { ...law, capacity: law.capacity / shareAmongReplicas };
      return { key, law: mine, amount: debitAmount(amount, law) };
    });
  }
}

function unlimited(draughts: readonly BucketDebit[]): DebitResult {
  return { waitMs: 0, levels: draughts.map(({ law }) => law.capacity), at: Date.now() };
}
