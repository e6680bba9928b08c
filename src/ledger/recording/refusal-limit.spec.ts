import { describe, expect, it } from '@jest/globals';
import { RefusalLimit } from './refusal-limit.ts';

/** Returns a limit whose rows are numbers in the order of their requests. */
function limited() {
  const appended: [row: number, count: number][] = [];
  const limit = new RefusalLimit<number>((row, count) => appended.push([row, count]));
  let made = 0;
  const refuse = (owner: string, code: string, now: number) => limit.refused({ owner, code }, () => ++made, now);
  return { appended, limit, refuse, made: () => made };
}

describe('refused requests', () => {
  it('have ten rows in a second, and one for the rest of each code', () => {
    const { appended, limit, refuse, made } = limited();
    for (let at = 0; at < 100; at += 1) refuse('a', at % 2 === 0 ? 'rate' : 'model', 1_000 + at);
    expect(appended).toHaveLength(10);
    expect(made()).toBe(12);
    limit.flush();
    expect(appended.slice(10)).toEqual([
      [11, 45],
      [12, 45],
    ]);
    limit.flush();
    expect(appended).toHaveLength(12);
  });

  it('have separate rows in the next second, and for another owner', () => {
    const { appended, refuse } = limited();
    for (let at = 0; at < 20; at += 1) refuse('a', 'rate', 1_000);
    refuse('b', 'rate', 1_000);
    refuse('a', 'rate', 2_000);
    expect(appended).toHaveLength(12);
  });

  it('are all counted', () => {
    const { appended, limit, refuse } = limited();
    for (let at = 0; at < 50_000; at += 1) refuse(`key-${at % 7}`, `code-${at % 11}`, 1_000 + at / 10);
    limit.flush();
    expect(appended.reduce((sum, [, count]) => sum + count, 0)).toBe(50_000);
  });

  it('have separate rows if too many owners have sums', () => {
    const { appended, limit, refuse } = limited();
    for (let owner = 0; owner < 12_000; owner += 1)
      for (let at = 0; at < 12; at += 1) refuse(`${owner}`, 'rate', 1_000);
    limit.flush();
    expect(appended.reduce((sum, [, count]) => sum + count, 0)).toBe(144_000);
    expect(appended.filter(([, count]) => count > 1)).toHaveLength(10_000);
  });
});
