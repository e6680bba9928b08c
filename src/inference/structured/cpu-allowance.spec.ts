import { describe, expect, it } from '@jest/globals';

import { CpuAllowance } from './cpu-allowance.ts';

describe('the CPU time of a key', () => {
  const start = (perMinuteMs: number) => {
    const clock = { now: 0 };
    return {
      clock,
      allowance: new CpuAllowance(
        () => perMinuteMs,
        () => clock.now,
      ),
    };
  };

  it('comes back evenly, up to what a minute allows', () => {
    const { clock, allowance } = start(6_000);
    expect(allowance.leftMs('a')).toBe(6_000);
    allowance.spend('a', 7_000);
    expect([allowance.leftMs('a'), allowance.secondsUntilMore('a')]).toEqual([-1_000, 10]);
    clock.now = 30_000;
    expect(allowance.leftMs('a')).toBe(2_000);
    clock.now = 600_000;
    expect(allowance.leftMs('a')).toBe(6_000);
  });

  it('is the key’s own', () => {
    const { allowance } = start(6_000);
    allowance.spend('a', 60_000);
    expect([allowance.leftMs('a'), allowance.leftMs('b')]).toEqual([-54_000, 6_000]);
  });

  it('has no end where there is no limit', () => {
    const { allowance } = start(0);
    allowance.spend('a', 1e9);
    expect([allowance.leftMs('a'), allowance.secondsUntilMore('a')]).toEqual([Infinity, 1]);
  });
});
