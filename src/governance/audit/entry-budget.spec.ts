import { describe, expect, it } from '@jest/globals';
import { EntryBudget } from './entry-budget.ts';

const HOUR_MS = 3_600_000;

describe('EntryBudget', () => {
  it('writes a burst, then a number each hour, and counts the others', () => {
    const counts: number[] = [];
    const budget = new EntryBudget({ burst: 5, perHour: 10 }, (count) => counts.push(count), 0);
    const written = (from: number, count: number): number =>
      Array.from({ length: count }, (_, index) => budget.take(from + index)).filter(Boolean).length;
    expect(written(0, 1_000)).toBe(5);
    expect(written(HOUR_MS / 2, 1_000)).toBe(5);
    expect(written(HOUR_MS, 1_000)).toBe(5);
    budget.flush();
    budget.flush();
    expect(counts).toEqual([2_985]);
  });

  it('writes no more entries after a step of the clock', () => {
    const budget = new EntryBudget({ burst: 1, perHour: 10 }, () => undefined, HOUR_MS);
    expect([budget.take(HOUR_MS), budget.take(0), budget.take(0)]).toEqual([true, false, false]);
  });
});
