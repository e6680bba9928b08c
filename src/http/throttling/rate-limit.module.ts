import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { THROTTLER_STORAGE, SharedStateModule } from '../../shared-state/shared-state.module.ts';
import { MINUTE_MS } from '../../shared-state/throttling/sliding-window.ts';

/** The throttler as the `RateLimitGuard` uses it: counted in our storage. The limit that counts is the caller's own. */
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
