import { Module } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { MemoryThrottlerStorage } from './memory-throttler-storage.ts';
import { RedisThrottlerStorage } from './redis-throttler-storage.ts';
import { RedisConnection } from './redis.ts';
import { ResponseCache } from './response-cache.ts';
import { ThoughtStore } from './thoughts/thought-store.ts';

/** Where requests are counted: the memory of this process, or Redis. Injects a `ThrottlerStorage`. */
export const REQUEST_COUNTER = Symbol('REQUEST_COUNTER');

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
  ],
  exports: [REQUEST_COUNTER, ResponseCache, ThoughtStore],
})
export class StorageModule {}
