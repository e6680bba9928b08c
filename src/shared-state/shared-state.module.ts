import { type FactoryProvider, type InjectionToken, Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { MemoryBuckets } from './buckets/memory-buckets.ts';
import { RedisBuckets } from './buckets/redis-buckets.ts';
import { MemoryThrottlerStorage } from './throttling/memory-throttler-storage.ts';
import { RedisThrottlerStorage } from './throttling/redis-throttler-storage.ts';
import type { RedisConnection } from './redis.ts';
import { AnswerStore } from './responses/answer-store.ts';
import { ResponseStore } from './responses/response-store.ts';
import { ThinkingStore } from './thinking/thinking-store.ts';

/** Token for the storage of request counts, in the memory of this process or in Redis. Injects a `ThrottlerStorage`. */
export const THROTTLER_STORAGE = Symbol('REQUEST_COUNTER');

/** Token for the storage of Bedrock's quotas, in the memory of this process or in Redis. Injects a `BucketStore`. */
export const QUOTA_BUCKETS = Symbol('QUOTA_BUCKETS');

/** Token for the one connection to Redis; undefined if none is configured. */
const REDIS = Symbol('REDIS');

@Module({
  providers: [
    { provide: REDIS, useFactory: connectionTo, inject: [GatewayConfig] },
    sharedState(THROTTLER_STORAGE, (config, redis) =>
      redis === undefined ? new MemoryThrottlerStorage() : new RedisThrottlerStorage(redis, config),
    ),
    sharedState(QUOTA_BUCKETS, (config, redis) =>
      redis === undefined ? new MemoryBuckets() : new RedisBuckets(redis, config),
    ),
    sharedState(AnswerStore, (config, redis) => new AnswerStore(config, redis, config.redis.keyPrefix)),
    sharedState(ThinkingStore, (config, redis) => new ThinkingStore(config, redis, config.redis.keyPrefix)),
    sharedState(ResponseStore, (config, redis) => new ResponseStore(config, redis, config.redis.keyPrefix)),
  ],
  exports: [THROTTLER_STORAGE, QUOTA_BUCKETS, AnswerStore, ResponseStore, ThinkingStore],
})
export class SharedStateModule {}

/** Returns the provider of state that is in Redis where one is configured, else in the memory of this process. */
function sharedState<State>(
  provide: InjectionToken<State>,
  create: (config: GatewayConfig, redis: RedisConnection | undefined) => State,
): FactoryProvider<State> {
  return { provide, useFactory: create, inject: [GatewayConfig, REDIS] };
}

async function connectionTo({ redis }: GatewayConfig): Promise<RedisConnection | undefined> {
  if (redis.url === undefined) return undefined;
  const { RedisConnection } = await import('./redis.ts');
  return new RedisConnection(redis.url, redis);
}
