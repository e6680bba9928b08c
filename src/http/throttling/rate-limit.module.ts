import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { THROTTLER_STORAGE, SharedStateModule } from '../../shared-state/shared-state.module.ts';
import { MINUTE_MS } from '../../shared-state/throttling/sliding-window.ts';

/**
 * Configures the throttler with the gateway's storage. The RateLimitGuard replaces the limit here by that of the caller's
 * key.
 */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [SharedStateModule],
      inject: [THROTTLER_STORAGE],
      useFactory: (storage: ThrottlerStorage) => ({ storage, throttlers: [{ ttl: MINUTE_MS, limit: 0 }] }),
    }),
  ],
  exports: [ThrottlerModule],
})
export class RateLimitModule {}
