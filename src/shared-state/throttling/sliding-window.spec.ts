import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, property } from 'fast-check';
import { MemoryThrottlerStorage } from './memory-throttler-storage.ts';

const WINDOW = 60_000;

/** Creates a counter with a clock that the test advances. */
function counterAt(start: number, maxKeys?: number) {
  const clock = { now: start };
  const storage = new MemoryThrottlerStorage(maxKeys, () => clock.now);
  return { clock, storage, ask: (limit: number, key = 'key', amount = 1) => storage.count(key, WINDOW, limit, amount) };
}

const arrivals = array(integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 300 });
const limits = integer({ min: 1, max: 50 });
const starts = integer({ min: 0, max: 2 * WINDOW });

describe('the sliding window', () => {
  it('never admits more than the limit in an aligned window, nor twice the limit in any span of that length', () => {
    assert(
      property(arrivals, limits, starts, (gaps, limit, start) => {
        const { clock, ask } = counterAt(start);
        const admitted: number[] = [];
        for (const gap of gaps) {
          clock.now += gap;
          if (!ask(limit).isBlocked) admitted.push(clock.now);
        }
        const perWindow = new Map<number, number>();
        for (const window of admitted.map((time) => Math.floor(time / WINDOW))) {
          perWindow.set(window, (perWindow.get(window) ?? 0) + 1);
        }
        for (const times of perWindow.values()) expect(times).toBeLessThanOrEqual(limit);
        for (const end of admitted) {
          const span = admitted.filter((time) => time > end - WINDOW && time <= end);
          expect(span.length).toBeLessThanOrEqual(Math.max(1, 2 * limit - 1));
        }
      }),
    );
  });

  it('reports the exact wait until a slot is free, not a millisecond less', () => {
    assert(
      property(arrivals, limits, starts, (gaps, limit, start) => {
        const { clock, ask } = counterAt(start);
        for (const gap of gaps) {
          clock.now += Math.floor(gap / 20);
          const record = ask(limit);
          if (!record.isBlocked) continue;
          const wait = Math.round(record.timeToBlockExpire * 1000);
          expect(wait).toBeGreaterThan(0);
          clock.now += wait - 1;
          expect(ask(limit).isBlocked).toBe(true);
          clock.now += 1;
          expect(ask(limit).isBlocked).toBe(false);
        }
      }),
    );
  });

  it('counts several requests at once or none, with the exact wait until all fit', () => {
    assert(
      property(arrivals, limits, starts, integer({ min: 2, max: 50 }), (gaps, limit, start, requested) => {
        const amount = Math.min(requested, limit);
        const { clock, ask } = counterAt(start);
        for (const gap of gaps.slice(0, 40)) {
          clock.now += gap;
          const before = ask(limit, 'key', 0).totalHits;
          const record = ask(limit, 'key', amount);
          if (!record.isBlocked) continue;
          expect(record.totalHits).toBe(before);
          const wait = Math.round(record.timeToBlockExpire * 1000);
          clock.now += wait - 1;
          expect(ask(limit, 'key', amount).isBlocked).toBe(true);
          clock.now += 1;
          expect(ask(limit, 'key', amount).isBlocked).toBe(false);
        }
      }),
    );
  });

  it('admits as many requests as `remaining` reports', () => {
    assert(
      property(arrivals, limits, starts, (gaps, limit, start) => {
        const { clock, ask } = counterAt(start);
        for (const gap of gaps.slice(0, 20)) {
          clock.now += gap;
          let left = limit - ask(limit).totalHits;
          while (left > 0) {
            const record = ask(limit);
            expect(record.isBlocked).toBe(false);
            left -= 1;
            expect(limit - record.totalHits).toBe(left);
          }
          expect(ask(limit).isBlocked).toBe(true);
        }
      }),
    );
  });

  it('is empty after the time in the reset header', () => {
    const { clock, ask } = counterAt(59_000);
    ask(3);
    const reset = ask(3).timeToExpire * 1000;
    expect(reset).toBe(61_000);
    clock.now += reset;
    expect(ask(3).totalHits).toBe(1);
  });

  it('admits the configured rate in the long run under constant load', () => {
    const { clock, ask } = counterAt(0);
    let admitted = 0;
    for (; clock.now < 30 * WINDOW; clock.now += 100) if (!ask(60).isBlocked) admitted += 1;
    expect(admitted).toBeGreaterThanOrEqual(30 * 60 * 0.95);
    expect(admitted).toBeLessThanOrEqual(30 * 60);
  });

  it('counts keys separately, and drops the least recently used one at its maximum', () => {
    const { storage, ask } = counterAt(0, 2);
    ask(1, 'a');
    ask(1, 'b');
    expect(ask(1, 'a').isBlocked).toBe(true);
    ask(1, 'c');
    expect(storage.size).toBe(2);
    expect(ask(1, 'b').isBlocked).toBe(true);
    expect(ask(1, 'a').isBlocked).toBe(false);
  });
});
