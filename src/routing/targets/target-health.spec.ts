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
const fail = (observation: HealthObservation | undefined, failure: GatewayError) =>
  observation!.failed(cooldownPolicyOf(failure)!, failure);
const state = (): string => Object.fromEntries(health.states())[A.id]!;

/** Returns the milliseconds until the next attempt at the target. */
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
  const observation = health.begin(target);
  observation?.abandoned();
  return observation !== undefined;
}

describe('a target that fails', () => {
  it.each([
    ['ThrottlingException', '', 2_000],
    ['ThrottlingException', 'Too many tokens per day, please wait', 3_600_000],
    ['ServiceUnavailableException', '', 1_000],
    ['AccessDeniedException', '', 60_000],
    ['ResourceNotFoundException', '', 60_000],
    ['ExpiredTokenException', '', 10_000],
  ])('with %s %s is in cool-down for %i ms', (exception, message, pause) => {
    expect(pauseOf(refusal(exception, message))).toBe(pause);
  });

  it('because of the role of a team is in cool-down for the keys that have the failure only', () => {
    for (const exception of ['AccessDeniedException', 'ExpiredTokenException']) {
      const failure = refusal(exception, "You don't have access to the model with the specified model ID.");
      for (const key of ['one', 'two', 'three']) {
        expect(fail(health.begin(A, key), failure.with({ isOfCaller: true }))?.scope).toBe('key');
        expect(health.begin(A, key)).toBeUndefined();
      }
      expect([state(), health.begin(A, 'other') !== undefined]).toEqual(['healthy', true]);
      now += 3_600_000;
    }
  });

  it('for a daily quota recovers at midnight UTC', () => {
    date = Date.UTC(2027, 0, 15, 23, 50);
    expect(pauseOf(refusal('ThrottlingException', 'Too many tokens per day'))).toBe(10 * 60_000);
  });

  it('is in cool-down for the time of its retry-after', () => {
    expect(pauseOf(refusal('ThrottlingException').with({ retryAfter: 7 }))).toBe(7_000);
  });

  it('in the middle of an answer is in cool-down after the third failure in a row', () => {
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

  it('does not affect other targets', () => {
    fail(health.begin(A), refusal('ThrottlingException'));
    expect(health.begin(B)).toBeDefined();
  });

  it('for many requests at once has the cool-down of one failure', () => {
    const trials = Array.from({ length: 100 }, () => health.begin(A)!);
    for (const observation of trials) fail(observation, refusal('ThrottlingException'));
    now += 2_000;
    expect(health.begin(A)).toBeDefined();
  });

  it('does not recover by an answer to an earlier request', () => {
    const early = health.begin(A)!;
    fail(health.begin(A), refusal('ThrottlingException'));
    early.answered();
    expect(health.begin(A)).toBeUndefined();
  });
});

describe('a cool-down that is over', () => {
  beforeEach(() => {
    fail(health.begin(A), refusal('ThrottlingException'));
    expect(state()).toBe('cooldown');
    now += 2_000;
    expect(state()).toBe('probing');
  });

  it('admits one request as a probe, and all requests after its answer', () => {
    const probe = health.begin(A)!;
    expect(health.begin(A)).toBeUndefined();
    expect(probe.answered()).toBe('back');
    expect(state()).toBe('healthy');
    expect([health.begin(A), health.begin(A)]).not.toContain(undefined);
    expect(health.lastFailure(A)).toBeUndefined();
  });

  it('is followed by one of twice the length, up to the maximum, if the probe fails', () => {
    const pauses: number[] = [];
    for (let round = 0; round < 6; round += 1) pauses.push(pauseOf(refusal('ThrottlingException')));
    expect(pauses).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    health.begin(A)!.answered();
    expect(pauseOf(refusal('ThrottlingException'))).toBe(2_000);
  });

  it('admits another probe if the client of the first one has disconnected', () => {
    health.begin(A)!.abandoned();
    expect(health.begin(A)).toBeDefined();
  });
});

describe('when all targets are in cool-down', () => {
  beforeEach(() => {
    fail(health.begin(A), refusal('AccessDeniedException'));
    fail(health.begin(B), refusal('ThrottlingException'));
  });

  it('the one whose cool-down ends first can be tried, and recovers when it answers', () => {
    expect(health.shortestCooldown([A, B])).toBe(B);
    fail(health.beginDuringCooldown(B), refusal('ThrottlingException'));
    expect(health.shortestCooldown([A, B])).toBe(B);
    now += 1;
    health.beginDuringCooldown(B).answered();
    expect(health.begin(B)).toBeDefined();
  });

  it('the failure is available', () => {
    expect(health.lastFailure(A)?.code).toBe('model_access_denied');
  });
});

it('removes the least recently used targets', () => {
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
  ])('starts a cool-down for its key only: %s', (_, failure) => {
    for (let count = 0; count < 50; count += 1) fail(health.beginDuringCooldown(A, 'attacker'), failure());
    expect(health.begin(A, 'attacker')).toBeUndefined();
    expect(state()).toBe('healthy');
    expect(health.begin(A, 'other')).toBeDefined();
    expect(health.shortestCooldown([A, B], 'attacker')).toBe(B);
    expect(health.lastFailure(A, 'attacker')).toBeDefined();
  });

  it('starts a cool-down for all keys when a second key has it', () => {
    expect(fail(health.begin(A, 'one'), ACCESS())).toEqual({ pauseMs: 60_000, scope: 'key' });
    expect(fail(health.begin(A, 'two'), ACCESS())).toEqual({ pauseMs: 60_000, scope: 'all' });
    expect(state()).toBe('cooldown');
    expect(health.begin(A, 'three')).toBeUndefined();
  });

  it('does not count if another key was answered in between', () => {
    fail(health.begin(A, 'one'), ACCESS());
    health.begin(A, 'three')!.answered();
    fail(health.begin(A, 'two'), ACCESS());
    expect(state()).toBe('healthy');
    expect(health.begin(A, 'three')).toBeDefined();
  });

  it('extends a cool-down only if another key has it', () => {
    fail(health.begin(A, 'one'), ACCESS());
    fail(health.begin(A, 'two'), ACCESS());
    now += 60_000;
    // The failure of `two` started the cool-down, so `two` cannot extend it.
    expect(fail(health.begin(A, 'two'), ACCESS())?.scope).not.toBe('all');
    expect(health.begin(A, 'three')).toBeDefined();
  });

  it('starts a cool-down for its key as long as that of an failure that a request cannot cause for all keys', () => {
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
