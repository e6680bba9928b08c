import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { Bench } from 'tinybench';
import { ChatRequestDto } from '../../src/api/chat/chat.dto.ts';
import { ApiKeyGuard } from '../../src/http/auth/api-key.guard.ts';
import { ApiKeyService } from '../../src/governance/api-key.service.ts';
import { BodyValidationPipe } from '../../src/http/validation/body-validation.pipe.ts';
import { ModelRegistryService } from '../../src/models/model-registry.service.ts';
import { TargetOrder } from '../../src/routing/targets/target-order.ts';
import { MemoryThrottlerStorage } from '../../src/shared-state/throttling/memory-throttler-storage.ts';
import { AccessLog } from '../../src/telemetry/logging/access-log.ts';
import { ContentLog } from '../../src/telemetry/content/content-log.ts';
import { createLoggersFor } from '../../src/telemetry/logging/logging.ts';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';
import type { CancelableRequest } from '../../src/telemetry/metrics/active-requests.ts';
import { tokenVerifierOf } from '../pieces/tokens.ts';
import { configOf, lastKey, lastModel, LIMIT_PER_MINUTE } from '../pieces/config.ts';
import { chatRequestOf } from '../pieces/requests.ts';

const MINUTE_MS = 60_000;

export function addRequestCases(bench: Bench): void {
  const pipe = new BodyValidationPipe();
  const body = chatRequestOf(1_000);
  bench.add('envelope check', () => void pipe.transform(body, { type: 'body', metatype: ChatRequestDto }));
  for (const keys of [1, 1_000]) addKeyGuard(bench, keys);
  for (const hits of [10, 100_000]) addLimiter(bench, hits);
  for (const models of [1, 500]) {
    const registry = new ModelRegistryService(configOf({ keys: 1, models }));
    const name = lastModel({ keys: 1, models });
    bench.add(`model by name, beside ${models}`, () => void registry.resolve(name));
  }
  for (const count of [20, 200]) addTargetOrder(bench, count);
  addAccessLog(bench);
}

function addTargetOrder(bench: Bench, count: number): void {
  const targets = Array.from({ length: count }, (_, at) => ({
    id: `target-${at}`,
    region: 'us-east-1',
    modelId: 'model',
    weight: 1 + (at % 5),
  }));
  bench.add(`first of ${count} weighted targets`, () => void new TargetOrder(targets, Math.random).next());
}

function addKeyGuard(bench: Bench, keys: number): void {
  const config = configOf({ keys, models: 0 });
  const guard = new ApiKeyGuard(new ApiKeyService(config), tokenVerifierOf(config), new Reflector(), config);
  const request = { headers: { authorization: `Bearer ${lastKey({ keys, models: 0 })}` }, context: {}, socket: {} };
  class Controller {}
  const handler = (): void => undefined;
  const execution = {
    getHandler: () => handler,
    getClass: () => Controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  bench.add(`key guard, ${keys} keys`, () => void guard.canActivate(execution));
}

function addLimiter(bench: Bench, hits: number): void {
  const storage = new MemoryThrottlerStorage(undefined, () => 1e12);
  for (let hit = 0; hit < hits; hit++) storage.count('key', MINUTE_MS, LIMIT_PER_MINUTE, 1);
  bench.add(`limiter, ${hits} in the window`, () => storage.increment('key', MINUTE_MS, LIMIT_PER_MINUTE));
}

function addAccessLog(bench: Bench): void {
  const config = configOf({ keys: 1, models: 0 });
  const loggers = createLoggersFor([{ write: () => undefined }], config.logging);
  const log = new AccessLog(loggers, new MetricsService(), new ContentLog(config), config);
  const request = { method: 'POST', path: '/v1/chat/completions', route: { path: '/v1/chat/completions' } };
  const response = { writableFinished: true, headersSent: true, statusCode: 200 };
  const usage = { input: 200, output: 98, cacheRead: 0, cacheWrite: 0 };
  const call = {
    id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    caller: { name: 'bench', id: '0123456789ab' },
    startedAt: performance.now(),
    report: { model: 'claude-haiku-4-5', target: 'us-east-1/model', usage, cost: 0.000_759, firstEventMs: 12.3 },
  };
  bench.add('access log line and metrics', () => {
    log.started(request as Request, response as Response, call as unknown as CancelableRequest)();
  });
}
