import { connectionError, fromAwsError, upstreamTimeout } from '../../bedrock/errors/bedrock-errors.ts';
import type { GatewayError } from '../../errors/errors.ts';
import type { Target } from '../../models/types/model.ts';
import { cooldownPolicyOf } from './cooldown-policies.ts';
import { TargetHealth, type HealthObservation } from './target-health.ts';

const NOON = Date.UTC(2027, 0, 15, 12);
const A: Target = { id: 'a', region: 'us-east-1', modelId: 'm' };
const B: Target = { id: 'b', region: 'us-west-2', modelId: 'm' };

let now: number;
let date: number;
let health: TargetHealth;
beforeEach(() => {
  now = 1_000;
  date = NOON;
  health = new TargetHealth({ now: () => now, date: () => date });
});

const refusal = (exception: string, message = ''): GatewayError => fromAwsError({ exception, message });
const fail = (trial: HealthObservation | undefined, failure: GatewayError) =>
  trial!.failed(cooldownPolicyOf(failure)!, failure);
const state = (): string => Object.fromEntries(health.states())[A.id]!;

/** Milliseconds until the target is tried again. */
function pauseOf(failure: GatewayError, target = A): number {
  fail(health.begin(target), failure);
  const from = now;
  for (const step of [3_600_000, 60_000, 1_000, 1]) {
    while (!canBegin(target)) now += step;
    if (step > 1) now = Math.max(from, now - step);
  }
  return now - from;
}

function canBegin(target: Target): boolean {
  const trial = health.begin(target);
  trial?.abandoned();
  return trial !== undefined;
}

describe('a target that fails', () => {
  it.each([
    ['ThrottlingException', '', 2_000],
    ['ThrottlingException', 'Too many tokens per day, please wait', 3_600_000],
    ['ServiceUnavailableException', '', 1_000],
    ['AccessDeniedException', '', 60_000],
    ['ResourceNotFoundException', '', 60_000],
    ['ExpiredTokenException', '', 10_000],
  ])('with %s %s is left alone for %i ms', (exception, message, pause) => {
    expect(pauseOf(refusal(exception, message))).toBe(pause);
  });

  it('for the day is back with the new one', () => {
    date = Date.UTC(2027, 0, 15, 23, 50);
    expect(pauseOf(refusal('ThrottlingException', 'Too many tokens per day'))).toBe(10 * 60_000);
  });

  it('is left alone for as long as it says itself', () => {
    expect(pauseOf(refusal('ThrottlingException').with({ retryAfter: 7 }))).toBe(7_000);
  });

  it('in the middle of an answer is left alone after the third time in a row', () => {
    const failure = refusal('ModelErrorException');
    fail(health.begin(A), failure);
    fail(health.begin(A), failure);
    health.begin(A)!.answered();
    fail(health.begin(A), failure);
    fail(health.begin(A), failure);
    expect(health.begin(A)).toBeDefined();
    fail(health.begin(A), failure);
    expect(health.begin(A)).toBeUndefined();
  });

  it('does not concern the others', () => {
    fail(health.begin(A), refusal('ThrottlingException'));
    expect(health.begin(B)).toBeDefined();
  });

  it('for many at once is left alone as for one', () => {
    const trials = Array.from({ length: 100 }, () => health.begin(A)!);
    for (const trial of trials) fail(trial, refusal('ThrottlingException'));
    now += 2_000;
    expect(health.begin(A)).toBeDefined();
  });

  it('is not brought back by what began before', () => {
    const early = health.begin(A)!;
    fail(health.begin(A), refusal('ThrottlingException'));
    early.answered();
    expect(health.begin(A)).toBeUndefined();
  });
});

describe('a pause that is over', () => {
  beforeEach(() => {
    fail(health.begin(A), refusal('ThrottlingException'));
    expect(state()).toBe('cooldown');
    now += 2_000;
    expect(state()).toBe('probing');
  });

  it('lets one request through, and all when it was answered', () => {
    const probe = health.begin(A)!;
    expect(health.begin(A)).toBeUndefined();
    expect(probe.answered()).toBe('back');
    expect(state()).toBe('healthy');
    expect([health.begin(A), health.begin(A)]).not.toContain(undefined);
    expect(health.lastFailure(A)).toBeUndefined();
  });

  it('is followed by one twice as long when it failed, up to the longest', () => {
    const pauses: number[] = [];
    for (let round = 0; round < 6; round += 1) pauses.push(pauseOf(refusal('ThrottlingException')));
    expect(pauses).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    health.begin(A)!.answered();
    expect(pauseOf(refusal('ThrottlingException'))).toBe(2_000);
  });

  it('lets the next one through when the client of the first has gone', () => {
    health.begin(A)!.abandoned();
    expect(health.begin(A)).toBeDefined();
  });
});

describe('when all are left alone', () => {
  beforeEach(() => {
    fail(health.begin(A), refusal('AccessDeniedException'));
    fail(health.begin(B), refusal('ThrottlingException'));
  });

  it('the one that is due first can be tried anyway, and is back when it answers', () => {
    expect(health.shortestCooldown([A, B])).toBe(B);
    fail(health.beginDuringCooldown(B), refusal('ThrottlingException'));
    expect(health.shortestCooldown([A, B])).toBe(B);
    now += 1;
    health.beginDuringCooldown(B).answered();
    expect(health.begin(B)).toBeDefined();
  });

  it('the reason is known', () => {
    expect(health.lastFailure(A)?.code).toBe('model_access_denied');
  });
});

it('forgets those longest not asked for', () => {
  fail(health.begin(A), refusal('ThrottlingException'));
  for (let number = 0; number < 5_000; number += 1) health.begin({ ...B, id: `b${number}` });
  expect([...health.states()].length).toBeLessThanOrEqual(2_000);
});

describe('a failure that the content of a request can cause', () => {
  const ACCESS = () => refusal('AccessDeniedException', 'Your request did not allow prompt caching.');

  it.each([
    ['access', ACCESS],
    ['no such guardrail', () => refusal('ResourceNotFoundException', 'The guardrail does not exist.')],
    ['an id that cannot be called', () => refusal('ValidationException', 'The provided model identifier is invalid.')],
    ['a quota of the request', () => refusal('ServiceQuotaExceededException')],
    ['a timeout', () => upstreamTimeout('Bedrock did not answer in time.')],
    ['a broken connection', () => connectionError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))],
    ['a broken model', () => refusal('ModelErrorException')],
    ['an error of AWS', () => refusal('InternalServerException')],
    ['a firewall', () => fromAwsError({ exception: '', status: 403, message: '<html>' })],
  ])('pauses the target for its key alone: %s', (_, failure) => {
    for (let count = 0; count < 50; count += 1) fail(health.beginDuringCooldown(A, 'attacker'), failure());
    expect(health.begin(A, 'attacker')).toBeUndefined();
    expect(state()).toBe('healthy');
    expect(health.begin(A, 'other')).toBeDefined();
    expect(health.shortestCooldown([A, B], 'attacker')).toBe(B);
    expect(health.lastFailure(A, 'attacker')).toBeDefined();
  });

  it('pauses the target for all keys when a second key meets it', () => {
    expect(fail(health.begin(A, 'one'), ACCESS())).toEqual({ pauseMs: 60_000, scope: 'key' });
    expect(fail(health.begin(A, 'two'), ACCESS())).toEqual({ pauseMs: 60_000, scope: 'all' });
    expect(state()).toBe('cooldown');
    expect(health.begin(A, 'three')).toBeUndefined();
  });

  it('does not count when another key was answered between', () => {
    fail(health.begin(A, 'one'), ACCESS());
    health.begin(A, 'three')!.answered();
    fail(health.begin(A, 'two'), ACCESS());
    expect(state()).toBe('healthy');
    expect(health.begin(A, 'three')).toBeDefined();
  });

  it('makes a pause longer only when another key meets it', () => {
    fail(health.begin(A, 'one'), ACCESS());
    fail(health.begin(A, 'two'), ACCESS());
    now += 60_000;
    // `two` made the pause begin: it cannot go on with it.
    expect(fail(health.begin(A, 'two'), ACCESS())?.scope).not.toBe('all');
    expect(health.begin(A, 'three')).toBeDefined();
  });

  it('pauses the target for its key as long as others are paused by a certain one', () => {
    const pauses: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      const coolDown = fail(health.begin(A, 'one'), ACCESS());
      pauses.push(coolDown);
      now += coolDown!.pauseMs;
    }
    expect(pauses).toEqual([60_000, 120_000, 240_000].map((pauseMs) => ({ pauseMs, scope: 'key' })));
    health.begin(A, 'one')!.answered();
    expect(fail(health.begin(A, 'one'), ACCESS())).toEqual({ pauseMs: 60_000, scope: 'key' });
  });
});
