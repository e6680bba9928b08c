import { beforeEach, describe, expect, it } from '@jest/globals';
import { RetryConfig } from '../../config/gateway-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { KeyRateLimitError } from '../../governance/rate-limit-errors.ts';
import type { Model, Route } from '../../models/types/model.ts';
import { CancelSource } from '../../request/cancel-signal.ts';
import { PromiseMemo } from '../../request/promise-memo.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { RejectedBetas } from '../rejections/rejected-betas.ts';
import { RejectedHistory } from '../rejections/rejected-history.ts';
import { RejectedSchemas } from '../rejections/rejected-schemas.ts';
import type { RejectableAttempt } from './attempt.ts';
import { AttemptPlan, type PlanServices } from './attempt-plan.ts';

const AWAY = new GatewayError({
  status: 503,
  type: 'server_error',
  code: 'service_unavailable',
  message: 'away',
  retryable: true,
});
const DENIED = new GatewayError({
  status: 403,
  type: 'invalid_request_error',
  code: 'model_access_denied',
  message: 'denied',
});
const INVALID = new GatewayError({
  status: 400,
  type: 'invalid_request_error',
  code: null,
  message: 'max_tokens: too large',
});

function rejected(message: string, code: GatewayError['code'] = null): GatewayError {
  return new GatewayError({
    status: 400,
    type: 'invalid_request_error',
    code,
    message,
    exception: 'ValidationException',
  });
}
const SCHEMA_REJECTED = rejected('Too many recursive definitions in schema', 'schema_refused');
const REASONING_REJECTED = rejected('messages.1.content.0: Invalid `signature` in `thinking` block');
const BETA_REJECTED = rejected('invalid beta flag');
const SCHEMA = { type: 'object' };

const routeOf = (name: string): Route =>
  ({
    model: { name, rules: { systemRole: true } } as unknown as Model,
    targets: [],
    thinkingByName: false,
  }) as unknown as Route;
const [A, B, C] = [routeOf('a'), routeOf('b'), routeOf('c')];

function attempt(
  format: 'native' | 'tool' | 'prompt' | undefined,
  more: Partial<RejectableAttempt> = {},
): RejectableAttempt {
  const expected = format && { field: 'response_format', param: 'response_format', format, schema: SCHEMA };
  return {
    operation: 'converse',
    betaFlags: [],
    enforcedSchemas: () => expected && { expected, strictTools: 0, schemas: [SCHEMA] },
    ...more,
  };
}

interface World {
  context: RequestContext;
  signal: CancelSource;
  headers: Map<string, string | undefined>;
  metrics: unknown[];
  services: PlanServices;
  plan(...routes: [Route, ...Route[]]): AttemptPlan;
}

let world: World;
beforeEach(() => {
  const signal = new CancelSource();
  const headers = new Map<string, string | undefined>();
  const memo = new PromiseMemo();
  const context = {
    id: 'request',
    startedAt: performance.now(),
    caller: { id: 'key-1', name: 'first' },
    report: {},
    signal,
    header: (name: string, value: string | undefined) => headers.set(name, value),
    once: <T>(key: string, work: () => Promise<T>) => memo.run(key, work),
    forget: (prefix: string, which: 'all' | 'unfinished') => memo.forget(prefix, which),
  } as unknown as RequestContext;
  const metrics: unknown[] = [];
  const services: PlanServices = {
    config: { retry: Object.assign(new RetryConfig(), { maxElapsedMs: 60_000 }) },
    metrics: {
      requestRetried: (code) => void metrics.push(code),
      modelFallback: (change) => void metrics.push(change),
    },
    rejectedSchemas: new RejectedSchemas(),
    rejectedHistory: new RejectedHistory(),
    rejectedBetas: new RejectedBetas(),
  };
  const requirements = { operationOf: () => 'converse' as const };
  world = {
    context,
    signal,
    headers,
    metrics,
    services,
    plan: (...routes) => new AttemptPlan({ routes, context, requirements }, services),
  };
});

describe('a route with one model', () => {
  it('is tried in the context of the request, and throws its failure', () => {
    const plan = world.plan(A);
    expect(plan.current).toMatchObject({ route: A, schemaFallback: {}, history: {} });
    expect(plan.current.context).toBe(world.context);
    expect(plan.current.rejectedBefore).toBeUndefined();
    expect(() => plan.advance(AWAY, attempt(undefined))).toThrow(AWAY);
    expect(() => plan.advance(INVALID, undefined)).toThrow(INVALID);
  });
});

describe('a rejected schema', () => {
  it('is sent in the next output format of the same model, until none is left', () => {
    const plan = world.plan(A, B);
    plan.advance(SCHEMA_REJECTED, attempt('native'));
    expect(plan.current).toMatchObject({ route: A, schemaFallback: { format: 'tool' } });
    plan.advance(SCHEMA_REJECTED, attempt('tool'));
    expect(plan.current).toMatchObject({ route: A, schemaFallback: { format: 'prompt' } });
    expect(() => plan.advance(SCHEMA_REJECTED, attempt('prompt'))).toThrow(SCHEMA_REJECTED);
    expect(world.metrics).toEqual(['schema_refused', 'schema_refused']);
  });

  it('is known to the plan of the next request', () => {
    world.plan(A).advance(SCHEMA_REJECTED, attempt('native'));
    const { rejectedBefore } = world.plan(A).current;
    expect(rejectedBefore?.schemas([SCHEMA])).toEqual({ format: 'tool' });
    expect(rejectedBefore?.schemas([{ type: 'string' }])).toEqual({});
  });

  it('ends the plan if the translation does not change with the format', () => {
    const plan = world.plan(A);
    plan.advance(SCHEMA_REJECTED, attempt('native'));
    expect(() => plan.advance(SCHEMA_REJECTED, attempt('native'))).toThrow(SCHEMA_REJECTED);
  });

  it('clears what was reported for the attempt', () => {
    world.context.report.adjusted = ['top_p=dropped'];
    world.plan(A).advance(SCHEMA_REJECTED, attempt('native'));
    expect([world.context.report.adjusted, world.headers.get('x-outcrop-adjusted')]).toEqual([undefined, undefined]);
  });
});

describe('a rejected part of the history', () => {
  it('is left out once', () => {
    const plan = world.plan(A);
    plan.advance(REASONING_REJECTED, attempt(undefined));
    expect(plan.current.history).toEqual({ reasoning: 'dropped' });
    expect(() => plan.advance(REASONING_REJECTED, attempt(undefined))).toThrow(REASONING_REJECTED);
  });

  it('is remembered as the role only after the request has succeeded', () => {
    const role = rejected('messages: Unexpected role "system"');
    const plan = world.plan(A);
    plan.advance(role, attempt(undefined));
    expect(world.plan(A).current.history).toEqual({});
    plan.succeed(attempt(undefined));
    expect(world.plan(A).current.history).toEqual({ systemRole: 'rejected' });
  });

  it('stays in a request that the gateway does not translate', () => {
    const relayed = attempt(undefined, { operation: 'fixed' });
    expect(() => world.plan(A).advance(REASONING_REJECTED, relayed)).toThrow(REASONING_REJECTED);
  });

  it('is not the pages of a PDF for InvokeModel', () => {
    const pages = rejected('A maximum of 100 PDF pages may be provided.');
    const plan = world.plan(A);
    expect(() => plan.advance(pages, attempt(undefined, { operation: 'invoke-model' }))).toThrow(pages);
    plan.advance(pages, attempt(undefined));
    expect(plan.current.history).toEqual({ pdfPages: 'rejected' });
  });
});

describe('rejected beta flags', () => {
  it('are left out, and remembered after the request has succeeded', () => {
    const flagged = attempt(undefined, { betaFlags: ['x-2026'] });
    const plan = world.plan(A);
    plan.advance(BETA_REJECTED, flagged);
    expect(plan.current.history).toEqual({ betas: 'rejected' });
    expect(world.plan(A).current.rejectedBefore).toBeUndefined();
    plan.succeed(attempt(undefined));
    const { rejectedBefore } = world.plan(A).current;
    expect([rejectedBefore?.betaFlags(['x-2026']), rejectedBefore?.betaFlags(['y'])]).toEqual([true, false]);
    expect(world.metrics).toEqual(['beta_refused']);
  });

  it('end the plan if the translation cannot leave them out', () => {
    const flagged = attempt(undefined, { betaFlags: ['x-2026'] });
    const plan = world.plan(A);
    plan.advance(BETA_REJECTED, flagged);
    expect(() => plan.advance(BETA_REJECTED, flagged)).toThrow(BETA_REJECTED);
  });

  it('end the plan of a request without flags', () => {
    expect(() => world.plan(A).advance(BETA_REJECTED, attempt(undefined))).toThrow(BETA_REJECTED);
  });
});

describe('fallback models', () => {
  it('are tried in order, and what failed before is reported', () => {
    const plan = world.plan(A, B, C);
    plan.advance(AWAY, attempt(undefined));
    expect(plan.current).toMatchObject({ route: B, schemaFallback: {}, history: {} });
    // A request that cannot be translated for a fallback model counts as a failure of that model.
    plan.advance(INVALID, undefined);
    expect(plan.current.route).toBe(C);
    plan.succeed(attempt(undefined));
    expect(world.context.report.fallback).toEqual(['a=service_unavailable', 'b=unknown']);
    expect(world.headers.get('x-outcrop-fallback')).toBe('a=service_unavailable, b=unknown');
    expect(world.metrics).toEqual([{ from: 'a', to: 'c', code: 'service_unavailable' }]);
  });

  it('have separate contexts, whose work has the same key on every retry', async () => {
    const first = world.plan(A, B);
    await first.current.context.once('0', () => Promise.resolve('answer of a'));
    first.advance(AWAY, attempt(undefined));
    expect(await first.current.context.once('0', () => Promise.resolve('answer of b'))).toBe('answer of b');
    const retry = world.plan(A, B);
    expect(await retry.current.context.once('0', () => Promise.resolve('again'))).toBe('answer of a');
  });

  it('end the streams of the model before', () => {
    const plan = world.plan(A, B);
    const { signal } = plan.current.context;
    plan.advance(AWAY, attempt(undefined));
    expect([signal.aborted, plan.current.context.signal.aborted, world.signal.aborted]).toEqual([true, false, false]);
  });

  it('throw the failure that is most worth a retry, after the last', () => {
    const plan = world.plan(A, B);
    plan.advance(DENIED, attempt(undefined));
    expect(() => plan.advance(AWAY, attempt(undefined))).toThrow(AWAY);
    expect(world.context.report.model).toBe('a');
  });

  it.each([
    ['what the client has to mend', INVALID],
    ['a limit of the API key', new KeyRateLimitError({ status: 429, type: 'requests', code: null, message: 'slow' })],
    ['an error of the gateway', new TypeError('bug')],
  ])('are not tried after %s', (_, failure) => {
    expect(() => world.plan(A, B).advance(failure, attempt(undefined))).toThrow(failure);
  });

  it('are not tried after the client has gone', () => {
    const plan = world.plan(A, B);
    world.signal.cancel(new Error('gone'));
    expect(() => plan.advance(AWAY, attempt(undefined))).toThrow(AWAY);
  });

  it('are not tried after the deadline of retries', () => {
    Object.assign(world.context, { startedAt: performance.now() - 120_000 });
    expect(() => world.plan(A, B).advance(AWAY, attempt(undefined))).toThrow(AWAY);
  });
});
