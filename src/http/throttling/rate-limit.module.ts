import { Module } from '@nestjs/common';
import { ThrottlerModule, type ThrottlerModuleOptions, type ThrottlerStorage } from '@nestjs/throttler';
import { ApiKeyModule } from '../../governance/api-key.module.ts';
import { ApiKeyService } from '../../governance/api-key.service.ts';
import { THROTTLER_STORAGE, SharedStateModule } from '../../shared-state/shared-state.module.ts';
import { rateLimitOptions } from './rate-limit-options.ts';

/** Configures the throttler of the RateLimitGuard: one limit, that of the API key of each request, in the gateway's storage. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [SharedStateModule, ApiKeyModule],
      inject: [THROTTLER_STORAGE, ApiKeyService],
      useFactory: (storage: ThrottlerStorage, keys: ApiKeyService): ThrottlerModuleOptions =>
        rateLimitOptions(storage, keys),
    }),
  ],
  exports: [ThrottlerModule],
})
export class RateLimitModule {}
