import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KeyUse } from './key-use.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-30T12:00:00Z');

describe('KeyUse', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('keeps what the database did not take, and writes each key once', async () => {
    const written: string[] = [];
    let isAvailable = false;
    const use = new KeyUse(async (ids, day) => {
      if (!isAvailable) throw new Error('away');
      written.push(...ids.map((id) => `${id} ${day}`));
    });
    use.used('a', START);
    use.used('a', START + 1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(written).toEqual([]);
    isAvailable = true;
    use.used('b', START);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(written).toEqual(['a 2026-11-30', 'b 2026-11-30']);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(written).toHaveLength(2);
    await use.stop();
  });

  it('keeps each key for its last day only, however long the database is away', async () => {
    const written: string[] = [];
    let isAvailable = false;
    const use = new KeyUse(async (ids, day) => {
      if (!isAvailable) throw new Error('away');
      written.push(...ids.map((id) => `${id} ${day}`));
    });
    for (let day = 0; day < 30; day++) {
      for (let key = 0; key < 100; key++) use.used(`k${key}`, START + day * DAY_MS);
      await use.flush();
    }
    expect(use.pendingKeys).toBe(100);
    isAvailable = true;
    await use.stop();
    expect(written).toHaveLength(100);
    expect(new Set(written.map((line) => line.split(' ')[1]))).toEqual(new Set(['2026-12-29']));
  });
});
