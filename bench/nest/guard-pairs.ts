import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ChatController } from '../../src/api/chat/chat.controller.ts';
import { ApiKeyService } from '../../src/governance/api-key.service.ts';
import { ApiKeyGuard } from '../../src/http/auth/api-key.guard.ts';
import { PUBLIC_ROUTE } from '../../src/http/auth/public.decorator.ts';
import { RateLimitGuard } from '../../src/http/throttling/rate-limit.guard.ts';
import { rateLimitOptions } from '../../src/http/throttling/rate-limit-options.ts';
import { MINUTE_MS } from '../../src/shared-state/throttling/sliding-window.ts';
import { MemoryThrottlerStorage } from '../../src/shared-state/throttling/memory-throttler-storage.ts';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';
import { configOf, lastKey } from '../pieces/config.ts';
import { tokenVerifierOf } from '../pieces/tokens.ts';
import type { Pair, PairedWork } from './paired.ts';

const SIZE = { keys: 1, models: 0 };

export const GUARD_PAIRS: readonly Pair[] = [
  { name: 'guard: ThrottlerGuard by its extension points, or canActivate replaced', prepare: throttlerPair },
  { name: 'guard: public routes by the Reflector, or looked up once', prepare: publicRoutePair },
];

function throttlerPair(): PairedWork {
  const config = configOf(SIZE);
  const keys = new ApiKeyService(config);
  const storage = new MemoryThrottlerStorage();
  const guard = new RateLimitGuard(rateLimitOptions(storage, keys), storage, new Reflector(), new MetricsService());
  const ready = guard.onModuleInit();
  const { execution, request, response } = chatExecution(keys);
  return {
    nest: () => ready.then(() => guard.canActivate(execution)),
    gateway: async () => {
      await ready;
      const { caller } = request.context;
      const limit = keys.requestsPerMinute(caller);
      const record = await storage.increment(caller.id, MINUTE_MS, limit);
      for (const [name, value] of Object.entries(record)) response.setHeader(name, String(value));
      return !record.isBlocked;
    },
  };
}

function publicRoutePair(): PairedWork {
  const config = configOf(SIZE);
  const keys = new ApiKeyService(config);
  const reflector = new Reflector();
  const guard = new ApiKeyGuard(keys, tokenVerifierOf(config), reflector, config);
  const { execution } = chatExecution(keys);
  return {
    nest: () => {
      reflector.getAllAndOverride(PUBLIC_ROUTE, [execution.getHandler(), execution.getClass()]);
      return guard.canActivate(execution);
    },
    gateway: () => guard.canActivate(execution),
  };
}

/** Returns the arguments of the guards of a chat request. */
function chatExecution(keys: ApiKeyService) {
  const secret = lastKey(SIZE);
  const found = keys.verify(secret);
  if (!('caller' in found)) throw new Error('The key of the benchmark is not valid.');
  const headers = { authorization: `Bearer ${secret}` };
  const request = { path: '/v1/chat/completions', headers, context: { caller: found.caller }, socket: {} };
  const response = { headersSent: false, setHeader: (_name: string, _value: string) => undefined };
  const handler: unknown = Reflect.get(ChatController.prototype, 'create');
  const execution = {
    getHandler: () => handler,
    getClass: () => ChatController,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
  } as unknown as ExecutionContext;
  return { execution, request, response };
}
