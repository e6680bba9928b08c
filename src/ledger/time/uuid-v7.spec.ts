import { describe, expect, it } from '@jest/globals';
import { timeOfUuidV7, uuidV7 } from './uuid-v7.ts';

describe('the ids of rows', () => {
  it('are UUIDs of version 7 and variant 10', () => {
    for (let made = 0; made < 2_000; made += 1) {
      expect(uuidV7()).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    }
  });

  it.each([0, 1, 1_700_000_000_000, 2 ** 48 - 1])('contain their time: %i', (now) => {
    expect(timeOfUuidV7(uuidV7(now))).toBe(now);
  });

  it('differ, also within a millisecond, and sort by time', () => {
    const ids = Array.from({ length: 20_000 }, () => uuidV7(1_700_000_000_000));
    expect(new Set(ids).size).toBe(ids.length);
    expect(uuidV7(1_700_000_000_001) > ids.toSorted().at(-1)!).toBe(true);
  });
});
