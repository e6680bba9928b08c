import { Module } from '@nestjs/common';
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
    {
      provide: REDIS,
      useFactory: connectionTo,
      inject: [GatewayConfig],
    },
    {
      provide: THROTTLER_STORAGE,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        redis === undefined ? new MemoryThrottlerStorage() : new RedisThrottlerStorage(redis, config),
      inject: [GatewayConfig, REDIS],
    },
    {
      provide: QUOTA_BUCKETS,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        redis === undefined ? new MemoryBuckets() : new RedisBuckets(redis, config),
      inject: [GatewayConfig, REDIS],
    },
    {
      provide: AnswerStore,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new AnswerStore(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, REDIS],
    },
    {
      provide: ThinkingStore,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ThinkingStore(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, REDIS],
    },
    {
      provide: ResponseStore,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ResponseStore(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, REDIS],
    },
  ],
  exports: [THROTTLER_STORAGE, QUOTA_BUCKETS, AnswerStore, ResponseStore, ThinkingStore],
})
export class SharedStateModule {}

async function connectionTo({ redis }: GatewayConfig): Promise<RedisConnection | undefined> {
  if (redis.url === undefined) return undefined;
  const { RedisConnection } = await import('./redis.ts');
  return new RedisConnection(redis.url, redis);
}
