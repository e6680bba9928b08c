import { RetryConfig } from '../config/gateway-config.ts';
import { RetryBudget } from './retry-budget.ts';
import { RetryShares } from './retry-shares.ts';
import { backoff } from './retry-policy.ts';

describe('backoff', () => {
  it('doubles the base, adds jitter and stops at the maximum', () => {
    const config = Object.assign(new RetryConfig(), { baseDelayMs: 1_000, maxDelayMs: 30_000 });
    const without = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backoff(attempt, config, () => 0));
    expect(without).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(backoff(1, config, () => 0.5)).toBe(1_500);
    expect(backoff(6, config, () => 0.999)).toBe(30_000);
  });
});

describe('RetryBudget', () => {
  it('allows a burst of ten seconds, then the configured rate', () => {
    let now = 0;
    const budget = new RetryBudget(2, () => now);
    const burst = Array.from({ length: 30 }, () => budget.tryTakeRetry()).filter(Boolean).length;
    expect(burst).toBe(20);
    now += 1_000;
    expect([budget.tryTakeRetry(), budget.tryTakeRetry(), budget.tryTakeRetry()]).toEqual([true, true, false]);
  });

  it('earns one fifth of a retry with every request', () => {
    const budget = new RetryBudget(1, () => 0);
    while (budget.tryTakeRetry());
    for (let request = 0; request < 10; request++) budget.addRequest();
    expect([budget.tryTakeRetry(), budget.tryTakeRetry(), budget.tryTakeRetry()]).toEqual([true, true, false]);
  });
});

describe('RetryShares', () => {
  const spendAll = (shares: RetryShares, key: string): number => {
    let spent = 0;
    while (shares.tryTakeRetry(key)) spent++;
    return spent;
  };

  it.each([
    [0, 100],
    [1, 100],
    [2, 50],
    [4, 25],
    [40, 25],
  ])('with %d keys, one can use up %d of 100 retries', (keys, share) => {
    const shares = new RetryShares({ retriesPerSecond: 10, keys }, () => 0);
    expect(spendAll(shares, 'a')).toBe(share);
    expect(spendAll(shares, 'b')).toBe(Math.min(share, 100 - share));
  });

  it('never exceeds the retries of the process with all keys together', () => {
    const shares = new RetryShares({ retriesPerSecond: 10, keys: 8 }, () => 0);
    const spent = ['a', 'b', 'c', 'd', 'e'].map((key) => spendAll(shares, key));
    expect(spent).toEqual([25, 25, 25, 25, 0]);
  });

  it('credits the requests of a key to that key', () => {
    const shares = new RetryShares({ retriesPerSecond: 10, keys: 4 }, () => 0);
    spendAll(shares, 'a');
    for (let request = 0; request < 10; request++) shares.addRequest('b');
    expect(spendAll(shares, 'a')).toBe(0);
    for (let request = 0; request < 10; request++) shares.addRequest('a');
    expect(spendAll(shares, 'a')).toBe(2);
  });
});
