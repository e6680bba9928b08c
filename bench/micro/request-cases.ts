import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { Bench } from 'tinybench';
import { ChatRequestDto } from '../../src/api/chat/chat.dto.ts';
import { ApiKeyGuard } from '../../src/http/auth/api-key.guard.ts';
import type { GatewayConfig } from '../../src/config/gateway-config.ts';
import { ApiKeyService } from '../../src/governance/api-key.service.ts';
import { NO_GOVERNANCE } from '../../src/governance/callers/caller-of-team.ts';
import type { GovernanceService } from '../../src/governance/governance.service.ts';
import { BodyValidationPipe } from '../../src/http/validation/body-validation.pipe.ts';
import { ModelRegistryService } from '../../src/models/model-registry.service.ts';
import { TargetOrder } from '../../src/routing/targets/target-order.ts';
import { MemoryThrottlerStorage } from '../../src/shared-state/throttling/memory-throttler-storage.ts';
import { AccessLog } from '../../src/telemetry/logging/access-log.ts';
import { ContentLog } from '../../src/telemetry/content/content-log.ts';
import { createLoggersFor } from '../../src/telemetry/logging/logging.ts';
import { MetricsService } from '../../src/telemetry/metrics/metrics.service.ts';
import type { CancelableRequest } from '../../src/telemetry/metrics/active-requests.ts';
import { governedSecret, governedSnapshot } from '../pieces/governed-keys.ts';
import { tokenVerifierOf } from '../pieces/tokens.ts';
import { configOf, lastKey, lastModel, LIMIT_PER_MINUTE } from '../pieces/config.ts';
import { chatRequestOf } from '../pieces/requests.ts';

const MINUTE_MS = 60_000;

export async function addRequestCases(bench: Bench): Promise<void> {
  const pipe = new BodyValidationPipe();
  const body = chatRequestOf(1_000);
  bench.add('envelope check', () => void pipe.transform(body, { type: 'body', metatype: ChatRequestDto }));
  for (const keys of [1, 1_000]) addKeyGuard(bench, keys);
  await addGovernedKeyGuard(bench, 1_000);
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
  const service = new ApiKeyService(config);
  addGuard(bench, `key guard, ${keys} keys`, { config, service, secret: lastKey({ keys, models: 0 }) });
}

/** Measures a key of the database, whose team has a list of models, beside others. */
async function addGovernedKeyGuard(bench: Bench, keys: number): Promise<void> {
  const config = configOf({ keys: 1, models: 0 });
  const snapshot = await governedSnapshot(keys);
  const service = new ApiKeyService(config, { ...NO_GOVERNANCE, snapshot } as unknown as GovernanceService);
  addGuard(bench, `key guard, ${keys} keys of the database`, { config, service, secret: governedSecret(keys - 1) });
}

function addGuard(
  bench: Bench,
  name: string,
  { config, service, secret }: { config: GatewayConfig; service: ApiKeyService; secret: string },
): void {
  const guard = new ApiKeyGuard(service, tokenVerifierOf(config), new Reflector(), config);
  const request = { headers: { authorization: `Bearer ${secret}` }, context: {}, socket: {} };
  class Controller {}
  const handler = (): void => undefined;
  const execution = {
    getHandler: () => handler,
    getClass: () => Controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  bench.add(name, () => void guard.canActivate(execution));
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
