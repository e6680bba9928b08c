import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { LineBudget } from './line-budget.ts';

describe('LineBudget', () => {
  it('allows a number of lines a second, and reports the number of omitted ones once', async () => {
    const counts: number[] = [];
    const budget = new LineBudget(2, (notWritten) => counts.push(notWritten));
    const start = Date.now();
    expect([0, 1, 2, 3, 999].map((ms) => budget.take(start + ms))).toEqual([true, true, false, false, false]);
    expect([1_000, 1_001, 1_002].map((ms) => budget.take(start + ms))).toEqual([true, true, false]);
    while (counts.length === 0) await sleep(20);
    expect(counts).toEqual([4]);
  });

  it('reports omitted lines at shutdown, and not again', async () => {
    const counts: number[] = [];
    const budget = new LineBudget(1, (notWritten) => counts.push(notWritten));
    const start = Date.now();
    for (const ms of [0, 1, 2]) budget.take(start + ms);
    budget.flush();
    budget.flush();
    expect(counts).toEqual([2]);
    budget.take(start + 3);
    while (counts.length === 1) await sleep(20);
    expect(counts).toEqual([2, 1]);
  });
});
