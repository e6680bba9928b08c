import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
import type { ApiKeyService } from '../../governance/api-key.service.ts';
import type { Caller } from '../../request/caller.ts';
import { MINUTE_MS } from '../../shared-state/throttling/sliding-window.ts';
import type { GatewayRequest } from '../context/http-request-context.ts';

/**
 * Returns the options of the throttler. The API key decides the limit and is the tracker, so that all routes count
 * together. Requests without a key, on public routes, and keys without a limit are not counted.
 */
export function rateLimitOptions(storage: ThrottlerStorage, keys: ApiKeyService): ThrottlerModuleOptions {
  const limit = (context: ExecutionContext): number => {
    const caller = callerOf(context);
    return caller === undefined ? 0 : keys.requestsPerMinute(caller);
  };
  return {
    storage,
    // The library's headers are not those of OpenAI; the guard sets its own.
    setHeaders: false,
    throttlers: [
      {
        ttl: MINUTE_MS,
        limit,
        // The storage counts no rejected request, so a key needs no block beyond the window.
        blockDuration: 0,
        skipIf: (context) => limit(context) === 0,
        getTracker: (_request, context) => callerOf(context)!.id,
        generateKey: (_context, tracker) => tracker,
      },
    ],
  };
}

/** Returns the holder of the API key; undefined on public routes. The `ApiKeyGuard` runs before. */
export function callerOf(context: ExecutionContext): Caller | undefined {
  return context.switchToHttp().getRequest<GatewayRequest>().context.caller;
}
