import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { MemoryBuckets } from './buckets/memory-buckets.ts';
import { RedisBuckets } from './buckets/redis-buckets.ts';
import { MemoryThrottlerStorage } from './throttling/memory-throttler-storage.ts';
import { RedisThrottlerStorage } from './throttling/redis-throttler-storage.ts';
import type { RedisConnection } from './redis.ts';
import { ResponseCache } from './responses/answer-store.ts';
import { ResponseStore } from './responses/response-store.ts';
import { ThoughtStore } from './thinking/thinking-store.ts';

/** Where requests are counted: the memory of this process, or Redis. Injects a `ThrottlerStorage`. */
export const REQUEST_COUNTER = Symbol('REQUEST_COUNTER');

/** Where Bedrock's quotas are kept: the memory of this process, or Redis. Injects a `BucketStore`. */
export const QUOTA_BUCKETS = Symbol('QUOTA_BUCKETS');

/** The one connection to Redis; undefined where none is configured. */
const REDIS = Symbol('REDIS');

@Module({
  providers: [
    {
      provide: REDIS,
      useFactory: connectionTo,
      inject: [GatewayConfig],
    },
    {
      provide: REQUEST_COUNTER,
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
      provide: ResponseCache,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ResponseCache(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, REDIS],
    },
    {
      provide: ThoughtStore,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ThoughtStore(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, REDIS],
    },
    {
      provide: ResponseStore,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ResponseStore(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, REDIS],
    },
  ],
  exports: [REQUEST_COUNTER, QUOTA_BUCKETS, ResponseCache, ResponseStore, ThoughtStore],
})
export class StorageModule {}

async function connectionTo({ redis }: GatewayConfig): Promise<RedisConnection | undefined> {
  if (redis.url === undefined) return undefined;
  const { RedisConnection } = await import('./redis.ts');
  return new RedisConnection(redis.url, redis);
}
