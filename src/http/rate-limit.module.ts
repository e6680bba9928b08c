import type { ExecutionContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { REQUEST_COUNTER, StorageModule } from '../storage/storage.module.ts';
import { ApiKeyModule } from './api-key.module.ts';
import { ApiKeyService } from './api-key.service.ts';
import type { GatewayRequest } from './call.middleware.ts';

const MINUTE_MS = 60_000;

/** The throttler as the `RateLimitGuard` uses it: one limit, told by the caller's key, counted in our storage. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [StorageModule, ApiKeyModule],
      inject: [REQUEST_COUNTER, ApiKeyService],
      useFactory: (storage: ThrottlerStorage, keys: ApiKeyService) => ({
        storage,
        throttlers: [{ ttl: MINUTE_MS, limit: (context: ExecutionContext) => limitOf(context, keys) }],
      }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class RateLimitModule {}

function limitOf(context: ExecutionContext, keys: ApiKeyService): number {
  const { caller } = context.switchToHttp().getRequest<GatewayRequest>().call;
  return caller === undefined ? 0 : keys.requestsPerMinute(caller);
}
