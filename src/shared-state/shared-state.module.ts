import { type FactoryProvider, type InjectionToken, Module } from '@nestjs/common';
import { GatewayConfig, type RedisIamConfig } from '../config/gateway-config.ts';
import { usesRedis } from '../config/sections/redis-config.ts';
import { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import { MemoryBuckets } from './buckets/memory-buckets.ts';
import { RedisBuckets } from './buckets/redis-buckets.ts';
import { SharedCopyStore } from './copies/shared-copy-store.ts';
import { MemoryThrottlerStorage } from './throttling/memory-throttler-storage.ts';
import { RedisThrottlerStorage } from './throttling/redis-throttler-storage.ts';
import { RedisMetrics } from './connection/redis-metrics.ts';
import type { RedisConnection, RedisParts } from './redis.ts';
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
    { provide: REDIS, useFactory: connectTo, inject: [GatewayConfig, MetricsService] },
    sharedState(THROTTLER_STORAGE, (config, redis) =>
      redis === undefined ? new MemoryThrottlerStorage() : new RedisThrottlerStorage(redis, config),
    ),
    sharedState(QUOTA_BUCKETS, (config, redis) =>
      redis === undefined ? new MemoryBuckets() : new RedisBuckets(redis, config),
    ),
    sharedState(SharedCopyStore, (config, redis) => new SharedCopyStore(redis, config.redis.keyPrefix)),
    sharedState(AnswerStore, (config, redis) => new AnswerStore(config, redis, config.redis.keyPrefix)),
    sharedState(ThinkingStore, (config, redis) => new ThinkingStore(config, redis, config.redis.keyPrefix)),
    sharedState(ResponseStore, (config, redis) => new ResponseStore(config, redis, config.redis.keyPrefix)),
  ],
  exports: [THROTTLER_STORAGE, QUOTA_BUCKETS, AnswerStore, ResponseStore, SharedCopyStore, ThinkingStore],
})
export class SharedStateModule {}

/** Returns the provider of state that is in Redis where one is configured, else in the memory of this process. */
function sharedState<State>(
  provide: InjectionToken<State>,
  create: (config: GatewayConfig, redis: RedisConnection | undefined) => State,
): FactoryProvider<State> {
  return { provide, useFactory: create, inject: [GatewayConfig, REDIS] };
}

/** Creates the metrics of Redis, and the connection if Redis is configured. ioredis is loaded only then. */
async function connectTo(config: GatewayConfig, { registry }: MetricsService): Promise<RedisConnection | undefined> {
  const metrics = new RedisMetrics(registry);
  const { bedrock, redis } = config;
  if (!usesRedis(redis)) return undefined;
  const { RedisConnection } = await import('./redis.ts');
  if (redis.iam === undefined) return new RedisConnection(redis, { metrics });
  return new RedisConnection(redis, { metrics, iam: await createTokens(redis.iam, bedrock.region) });
}

async function createTokens(iam: RedisIamConfig, gatewayRegion = ''): Promise<RedisParts['iam']> {
  const { IamAuthentication, standardCredentials } = await import('./connection/iam-authentication.ts');
  const { clusterName, region = gatewayRegion, service, user } = iam;
  const scope = { clusterName, region, service, user };
  const environment = { credentials: await standardCredentials(), now: Date.now };
  return {
    user,
    authentication: new IamAuthentication(scope, environment),
  };
}
