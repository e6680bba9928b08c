import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import type { BucketSpec } from './bucket.ts';
import type { BucketDebit } from './bucket-store.ts';
import { MemoryBuckets } from './memory-buckets.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Buckets with a clock in the test's hand. */
function bucketsAt(start: number, maxBuckets?: number) {
  const clock = { now: start };
  const buckets = new MemoryBuckets(() => clock.now, maxBuckets);
  return { clock, buckets };
}

function steady(capacity: number): BucketSpec {
  return { capacity, periodMs: MINUTE, refill: 'steady' };
}

function daily(capacity: number): BucketSpec {
  return { capacity, periodMs: DAY, refill: 'at-once' };
}

function draught(amount: number, law: BucketSpec, key = 'one'): BucketDebit {
  return { key, law, amount };
}

const laws = oneof(integer({ min: 1, max: 5_000 }).map(steady), integer({ min: 1, max: 5_000 }).map(daily));
const steps = array(
  record({
    gap: integer({ min: 0, max: 20_000 }),
    action: constantFrom('take', 'settle', 'drain'),
    amount: integer({ min: 0, max: 8_000 }),
  }),
  { minLength: 1, maxLength: 200 },
);

describe('a bucket', () => {
  it('never holds more than its capacity, never owes more than it, and never gives what it has not', () => {
    assert(
      property(laws, steps, (law, actions) => {
        const { clock, buckets } = bucketsAt(1_000_000);
        const level = (): number => buckets.take([draught(0, law)]).levels[0]!;
        for (const { gap, action, amount } of actions) {
          clock.now += gap;
          const before = level();
          if (action === 'drain') buckets.drain([draught(0, law)]);
          else if (action === 'settle') buckets.correct([draught(amount - 4_000, law)], clock.now);
          else {
            const { short, levels } = buckets.take([draught(amount, law)]);
            const wanted = Math.min(amount, law.capacity);
            expect(short === undefined).toBe(wanted <= before);
            expect(levels[0]).toBe(short === undefined ? before - wanted : before);
            if (short === undefined && wanted > 0) expect(levels[0]).toBeGreaterThanOrEqual(0);
          }
          expect(level()).toBeLessThanOrEqual(law.capacity);
          expect(level()).toBeGreaterThanOrEqual(-law.capacity);
        }
      }),
    );
  });

  it('gives back exactly what was not used: after any number of requests nothing has drifted', () => {
    assert(
      property(
        array(record({ taken: integer({ min: 1, max: 100 }), used: integer({ min: 0, max: 400 }) }), {
          maxLength: 300,
        }),
        (requests) => {
          const law = steady(1_000_000);
          const { clock, buckets } = bucketsAt(0);
          let used = 0;
          for (const request of requests) {
            expect(buckets.take([draught(request.taken, law)]).short).toBeUndefined();
            buckets.correct([draught(request.taken - request.used, law)], clock.now);
            used += request.used;
          }
          expect(buckets.take([draught(0, law)]).levels[0]).toBe(1_000_000 - used);
        },
      ),
    );
  });

  it('lets through no more in any span than its capacity and what refills meanwhile', () => {
    assert(
      property(
        integer({ min: 10, max: 1_000 }),
        array(integer({ min: 0, max: 5_000 }), { maxLength: 400 }),
        (capacity, gaps) => {
          const { clock, buckets } = bucketsAt(0);
          const admitted: { at: number; amount: number }[] = [];
          for (const gap of gaps) {
            clock.now += gap;
            const amount = 1 + (gap % capacity);
            if (buckets.take([draught(amount, steady(capacity))]).short === undefined)
              admitted.push({ at: clock.now, amount });
          }
          for (const [index, { at }] of admitted.entries()) {
            let sum = 0;
            for (const later of admitted.slice(index)) {
              sum += later.amount;
              expect(sum).toBeLessThanOrEqual(capacity + ((later.at - at) * capacity) / MINUTE + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('tells whom it refuses the exact time: not a millisecond less', () => {
    assert(
      property(laws, integer({ min: 1, max: 5_000 }), integer({ min: 0, max: DAY }), (law, amount, start) => {
        const { clock, buckets } = bucketsAt(start);
        buckets.take([draught(law.capacity, law)]);
        const { short, waitMs } = buckets.take([draught(amount, law)]);
        expect(short).toBe(0);
        clock.now += waitMs - 1;
        expect(buckets.take([draught(amount, law)]).short).toBe(0);
        clock.now += 1;
        expect(buckets.take([draught(amount, law)]).short).toBeUndefined();
      }),
    );
  });

  it('gives from all buckets or from none', () => {
    const { buckets } = bucketsAt(0);
    const both = (amount: number) => [draught(amount, steady(100), 'large'), draught(1, steady(2), 'small')];
    expect(buckets.take(both(10))).toMatchObject({ levels: [90, 1] });
    expect(buckets.take(both(10))).toMatchObject({ levels: [80, 0] });
    expect(buckets.take(both(10))).toMatchObject({ short: 1, waitMs: 30_000, levels: [80, 0] });
  });

  it('lets a request that is larger than it pass when it is full, and only then', () => {
    const { clock, buckets } = bucketsAt(0);
    expect(buckets.take([draught(1_000, steady(100))])).toMatchObject({ short: undefined, levels: [0] });
    clock.now += MINUTE - 1;
    expect(buckets.take([draught(1_000, steady(100))])).toMatchObject({ short: 0, waitMs: 1 });
    clock.now += 1;
    expect(buckets.take([draught(1_000, steady(100))])).toMatchObject({ short: undefined });
  });

  it('of a day is full again at midnight UTC, and yesterday’s change is not given back into today', () => {
    const { clock, buckets } = bucketsAt(DAY - 1_000);
    const { at } = buckets.take([draught(100, daily(100))]);
    expect(buckets.take([draught(1, daily(100))])).toMatchObject({ short: 0, waitMs: 1_000 });
    clock.now += 1_000;
    buckets.take([draught(30, daily(100))]);
    buckets.correct([draught(100, daily(100))], at);
    expect(buckets.take([draught(0, daily(100))]).levels).toEqual([70]);
  });

  it('is not refilled by a clock that was set back, and goes on from there', () => {
    const { clock, buckets } = bucketsAt(10 * MINUTE);
    buckets.take([draught(100, steady(100))]);
    clock.now -= 5 * MINUTE;
    expect(buckets.take([draught(0, steady(100))]).levels).toEqual([0]);
    clock.now += MINUTE / 2;
    expect(buckets.take([draught(0, steady(100))]).levels).toEqual([50]);
  });

  it('takes a new capacity at once when the quota changes', () => {
    const { buckets } = bucketsAt(0);
    expect(buckets.take([draught(0, steady(100))]).levels).toEqual([100]);
    expect(buckets.take([draught(0, steady(10))]).levels).toEqual([10]);
  });

  it('is not forgotten for buckets that are full', () => {
    const buckets = new MemoryBuckets(() => 1_000, 10);
    const law = { capacity: 60, periodMs: 60_000, refill: 'steady' } as const;
    buckets.take([{ key: 'used', law, amount: 60 }]);
    for (let index = 0; index < 100; index += 1) buckets.take([{ key: `${index}`, law, amount: 0 }]);
    expect(buckets.take([{ key: 'used', law, amount: 1 }]).short).toBe(0);
    expect(buckets.size).toBeLessThanOrEqual(10);
  });

  it('is one of so many: memory stays bounded', () => {
    const { buckets } = bucketsAt(0, 3);
    for (let index = 0; index < 10; index += 1) buckets.take([draught(1, steady(10), `bucket ${index}`)]);
    expect(buckets.size).toBe(3);
  });
});
