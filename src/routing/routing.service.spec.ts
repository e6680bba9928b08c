import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { GatewayConfig } from '../config/gateway-config.ts';
import { GatewayError } from '../errors/errors.ts';
import type { Route, Target } from '../models/types/model.ts';
import { CancelSource } from '../request/cancel-signal.ts';
import { OpenAttempts } from '../request/open-attempts.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { MetricsService } from '../telemetry/metrics/metrics.service.ts';
import type { QuotaService } from './quotas/quota.service.ts';
import { RoutingService } from './routing.service.ts';
import type { RoutedCall, TargetCandidate } from './target-candidates.ts';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

const A: Target = { id: 'a', region: 'us-east-1', modelId: 'm' };
const B: Target = { id: 'b', region: 'us-west-2', modelId: 'm' };
const OTHER_ACCOUNT: Target = { ...B, account: 'team-b' };

const throttled = failure({
  status: 429,
  code: 'rate_limit_exceeded',
  exception: 'ThrottlingException',
  retryable: true,
});
const denied = failure({ status: 403, code: 'model_access_denied', exception: 'AccessDeniedException' });
const invalid = failure({ status: 400, code: null, exception: 'ValidationException' });

function failure(init: Partial<ConstructorParameters<typeof GatewayError>[0]>): GatewayError {
  return new GatewayError({ status: 500, type: 'server_error', code: null, message: 'failed', ...init });
}

function routingOf(quotas: Partial<QuotaService> = {}) {
  const metrics = { watchTargets: () => {}, targetUsed: () => {}, targetFailover: () => {} };
  const config = new GatewayConfig();
  const service = { isActive: false, ...quotas } as QuotaService;
  return new RoutingService(config, metrics as unknown as MetricsService, service);
}

function contextOf(): RequestContext {
  const context = {
    id: 'r',
    caller: { name: 'key', id: 'key' },
    signal: new CancelSource(),
    report: {},
    header: () => {},
    attempts: new OpenAttempts(),
  };
  return { ...context, startedAt: performance.now() } as unknown as RequestContext;
}

interface Options {
  fallbacks?: readonly Route[];
  isOutsideInference?: true;
  conversation?: string;
}

function callTo(targets: readonly Target[], { fallbacks, isOutsideInference, conversation }: Options = {}): RoutedCall {
  return {
    route: { model: { name: 'model' }, targets, fallbacks } as unknown as Route,
    isOutsideInference,
    cacheAffinity: () => (conversation === undefined ? undefined : { key: conversation, lifeMs: 60_000 }),
    promptSize: () => ({ textBytes: 0, images: 0, mediaBytes: 0 }),
  };
}

/** Rejects each candidate with the failure of its target. Resolves with the candidate that accepts, or rejects. */
async function walk(
  routing: RoutingService,
  call: RoutedCall,
  failures: Record<string, GatewayError>,
): Promise<TargetCandidate> {
  const candidates = routing.candidates(call, contextOf());
  for (;;) {
    const candidate = await candidates.next();
    const failed = failures[candidate.target.id];
    if (failed === undefined) {
      candidate.accept('answer');
      return candidate;
    }
    candidate.reject(failed);
  }
}

describe('a route with one target', () => {
  it('throws the failure, because it has no alternative', async () => {
    const routing = routingOf();
    await expect(walk(routing, callTo([A]), { a: throttled })).rejects.toBe(throttled);
    // A single target has no cool-down, not even after a throttle.
    expect((await walk(routing, callTo([A]), {})).target).toBe(A);
  });
});

describe('a route with several targets', () => {
  it('continues at the next target, and skips the target in cool-down afterwards', async () => {
    const routing = routingOf();
    for (let round = 0; round < 20; round++) {
      expect((await walk(routing, callTo([A, B]), { a: denied })).target).toBe(B);
    }
    const seen = new Set<string>();
    for (let round = 0; round < 20; round++) seen.add((await walk(routing, callTo([A, B]), {})).target.id);
    expect([...seen]).toEqual(['b']);
  });

  it('throws a failure that every target would have', async () => {
    await expect(walk(routingOf(), callTo([A, B]), { a: invalid, b: invalid })).rejects.toBe(invalid);
  });

  it('throws the failure that can be retried, if several targets fail', async () => {
    for (let round = 0; round < 10; round++) {
      await expect(walk(routingOf(), callTo([A, B]), { a: denied, b: throttled })).rejects.toBe(throttled);
    }
  });

  it('tries a target if all are in cool-down', async () => {
    const routing = routingOf();
    await expect(walk(routing, callTo([A, B]), { a: denied, b: throttled })).rejects.toBe(throttled);
    // The cool-down of a throttle ends first.
    expect((await walk(routing, callTo([A, B]), {})).target).toBe(B);
  });

  it('fails at once if all targets are in cool-down and another model can answer', async () => {
    const routing = routingOf();
    await expect(walk(routing, callTo([A, B]), { a: denied, b: throttled })).rejects.toBe(throttled);
    const call = callTo([A, B], { fallbacks: [] });
    expect(() => routing.candidates(call, contextOf())).not.toThrow();
    await expect(walk(routing, call, {})).rejects.toBe(throttled);
  });

  it('ignores the outcome of operations outside inference', async () => {
    const routing = routingOf();
    for (let round = 0; round < 10; round++)
      await walk(routing, callTo([A, B], { isOutsideInference: true }), { a: denied });
    expect((await walk(routing, callTo([A, B]), {})).target).toBe(A);
  });

  it('returns a conversation to its last target', async () => {
    const routing = routingOf();
    const call = callTo([A, OTHER_ACCOUNT], { conversation: 'one' });
    const first = await walk(routing, call, { a: throttled });
    expect(first.isCrossAccount).toBe(false);
    for (let round = 0; round < 10; round++) expect((await walk(routing, call, {})).target).toBe(OTHER_ACCOUNT);
  });
});

describe('a route with quotas', () => {
  const settled: unknown[] = [];
  const reservation = {
    settle: (usage?: unknown) => settled.push(['settle', usage]),
    release: () => settled.push(['release']),
    throttled: (message: string) => settled.push(['throttled', message]),
  };
  const demandOf = () => ({ input: 1, maxOutput: 1 });

  it('settles the usage, and returns the reservation of a rejected request', async () => {
    settled.length = 0;
    const routing = routingOf({ isActive: true, demandOf, reserve: () => reservation });
    const candidates = routing.candidates(callTo([A]), contextOf());
    const usage = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };
    (await candidates.next()).accept('answer').settle(usage);
    await expect(walk(routing, callTo([A]), { a: invalid })).rejects.toBe(invalid);
    await expect(walk(routing, callTo([A]), { a: throttled })).rejects.toBe(throttled);
    expect(settled).toEqual([['settle', usage], ['release'], ['throttled', 'failed']]);
  });

  it('skips a target whose quota is exhausted, and waits for the first available one if all are', async () => {
    const exhausted = new Map([
      ['a', 2_000],
      ['b', 1_000],
    ]);
    const waited: string[] = [];
    const routing = routingOf({
      isActive: true,
      demandOf,
      reserve: ({ id }: Target) => {
        const availableInMs = exhausted.get(id);
        return availableInMs === undefined ? reservation : { bucket: id, availableInMs, empty: {} };
      },
      waitForReservation: ({ id }: Target) => {
        waited.push(id);
        return Promise.resolve(reservation);
      },
    } as unknown as Partial<QuotaService>);
    expect((await walk(routing, callTo([A, B]), {})).target).toBe(B);
    expect(waited).toEqual(['b']);
    exhausted.delete('a');
    expect((await walk(routing, callTo([A, B]), {})).target).toBe(A);
    expect(waited).toEqual(['b']);
  });
});
