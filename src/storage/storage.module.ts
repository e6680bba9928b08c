import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { MemoryBuckets } from './buckets/memory-buckets.ts';
import { RedisBuckets } from './buckets/redis-buckets.ts';
import { MemoryThrottlerStorage } from './memory-throttler-storage.ts';
import { RedisThrottlerStorage } from './redis-throttler-storage.ts';
import { RedisConnection } from './redis.ts';
import { ResponseCache } from './response-cache.ts';
import { ResponseStore } from './response-store.ts';
import { ThoughtStore } from './thoughts/thought-store.ts';

/** Where requests are counted: the memory of this process, or Redis. Injects a `ThrottlerStorage`. */
export const REQUEST_COUNTER = Symbol('REQUEST_COUNTER');

/** Where Bedrock's quotas are kept: the memory of this process, or Redis. Injects a `BucketStore`. */
export const QUOTA_BUCKETS = Symbol('QUOTA_BUCKETS');

@Module({
  providers: [
    {
      provide: RedisConnection,
      useFactory: ({ redis }: GatewayConfig) =>
        redis.url === undefined ? undefined : new RedisConnection(redis.url, redis),
      inject: [GatewayConfig],
    },
    {
      provide: REQUEST_COUNTER,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        redis === undefined ? new MemoryThrottlerStorage() : new RedisThrottlerStorage(redis, config),
      inject: [GatewayConfig, RedisConnection],
    },
    {
      provide: QUOTA_BUCKETS,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        redis === undefined ? new MemoryBuckets() : new RedisBuckets(redis, config),
      inject: [GatewayConfig, RedisConnection],
    },
    {
      provide: ResponseCache,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ResponseCache(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, RedisConnection],
    },
    {
      provide: ThoughtStore,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ThoughtStore(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, RedisConnection],
    },
    {
      provide: ResponseStore,
      useFactory: (config: GatewayConfig, redis: RedisConnection | undefined) =>
        new ResponseStore(config, redis, config.redis.keyPrefix),
      inject: [GatewayConfig, RedisConnection],
    },
  ],
  exports: [REQUEST_COUNTER, QUOTA_BUCKETS, ResponseCache, ResponseStore, ThoughtStore],
})
export class StorageModule {}
