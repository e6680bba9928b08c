import { RetryConfig } from '../config/gateway-config.ts';
import { RetryBudget } from './retry-budget.ts';
import { backoff } from './retry.interceptor.ts';

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
    const burst = Array.from({ length: 30 }, () => budget.spend()).filter(Boolean).length;
    expect(burst).toBe(20);
    now += 1_000;
    expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  });

  it('earns a fifth of a retry with every request', () => {
    const budget = new RetryBudget(1, () => 0);
    while (budget.spend());
    for (let request = 0; request < 10; request++) budget.earn();
    expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  });
});
