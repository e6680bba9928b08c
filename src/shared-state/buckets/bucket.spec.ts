import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import type { BucketSpec } from './bucket.ts';
import type { BucketDebit } from './bucket-store.ts';
import { MemoryBuckets } from './memory-buckets.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Creates buckets with a clock that the test advances. */
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

function debit(amount: number, spec: BucketSpec, key = 'one'): BucketDebit {
  return { key, spec, amount };
}

const specs = oneof(integer({ min: 1, max: 5_000 }).map(steady), integer({ min: 1, max: 5_000 }).map(daily));
const steps = array(
  record({
    gap: integer({ min: 0, max: 20_000 }),
    action: constantFrom('take', 'settle', 'drain'),
    amount: integer({ min: 0, max: 8_000 }),
  }),
  { minLength: 1, maxLength: 200 },
);

describe('a bucket', () => {
  it('never exceeds its capacity in either direction, and never lends tokens', () => {
    assert(
      property(specs, steps, (spec, actions) => {
        const { clock, buckets } = bucketsAt(1_000_000);
        const level = (): number => buckets.take([debit(0, spec)]).levels[0]!;
        for (const { gap, action, amount } of actions) {
          clock.now += gap;
          const before = level();
          if (action === 'drain') buckets.drain([debit(0, spec)]);
          else if (action === 'settle') buckets.correct([debit(amount - 4_000, spec)], clock.now);
          else {
            const { short, levels } = buckets.take([debit(amount, spec)]);
            const wanted = Math.min(amount, spec.capacity);
            expect(short === undefined).toBe(wanted <= before);
            expect(levels[0]).toBe(short === undefined ? before - wanted : before);
            if (short === undefined && wanted > 0) expect(levels[0]).toBeGreaterThanOrEqual(0);
          }
          expect(level()).toBeLessThanOrEqual(spec.capacity);
          expect(level()).toBeGreaterThanOrEqual(-spec.capacity);
        }
      }),
    );
  });

  it('gets back exactly the unused tokens: no drift after any number of requests', () => {
    assert(
      property(
        array(record({ taken: integer({ min: 1, max: 100 }), used: integer({ min: 0, max: 400 }) }), {
          maxLength: 300,
        }),
        (requests) => {
          const spec = steady(1_000_000);
          const { clock, buckets } = bucketsAt(0);
          let used = 0;
          for (const request of requests) {
            expect(buckets.take([debit(request.taken, spec)]).short).toBeUndefined();
            buckets.correct([debit(request.taken - request.used, spec)], clock.now);
            used += request.used;
          }
          expect(buckets.take([debit(0, spec)]).levels[0]).toBe(1_000_000 - used);
        },
      ),
    );
  });

  it('admits in any span at most its capacity and the refill of that span', () => {
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
            if (buckets.take([debit(amount, steady(capacity))]).short === undefined)
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

  it('reports the exact wait, not a millisecond less', () => {
    assert(
      property(specs, integer({ min: 1, max: 5_000 }), integer({ min: 0, max: DAY }), (spec, amount, start) => {
        const { clock, buckets } = bucketsAt(start);
        buckets.take([debit(spec.capacity, spec)]);
        const { short, waitMs } = buckets.take([debit(amount, spec)]);
        expect(short).toBe(0);
        clock.now += waitMs - 1;
        expect(buckets.take([debit(amount, spec)]).short).toBe(0);
        clock.now += 1;
        expect(buckets.take([debit(amount, spec)]).short).toBeUndefined();
      }),
    );
  });

  it('is debited together with all other buckets, or not at all', () => {
    const { buckets } = bucketsAt(0);
    const both = (amount: number) => [debit(amount, steady(100), 'large'), debit(1, steady(2), 'small')];
    expect(buckets.take(both(10))).toMatchObject({ levels: [90, 1] });
    expect(buckets.take(both(10))).toMatchObject({ levels: [80, 0] });
    expect(buckets.take(both(10))).toMatchObject({ short: 1, waitMs: 30_000, levels: [80, 0] });
  });

  it('admits a request above its capacity only when it is full', () => {
    const { clock, buckets } = bucketsAt(0);
    expect(buckets.take([debit(1_000, steady(100))])).toMatchObject({ short: undefined, levels: [0] });
    clock.now += MINUTE - 1;
    expect(buckets.take([debit(1_000, steady(100))])).toMatchObject({ short: 0, waitMs: 1 });
    clock.now += 1;
    expect(buckets.take([debit(1_000, steady(100))])).toMatchObject({ short: undefined });
  });

  it("for a day refills at midnight UTC, and ignores settlements of yesterday's debits", () => {
    const { clock, buckets } = bucketsAt(DAY - 1_000);
    const { at } = buckets.take([debit(100, daily(100))]);
    expect(buckets.take([debit(1, daily(100))])).toMatchObject({ short: 0, waitMs: 1_000 });
    clock.now += 1_000;
    buckets.take([debit(30, daily(100))]);
    buckets.correct([debit(100, daily(100))], at);
    expect(buckets.take([debit(0, daily(100))]).levels).toEqual([70]);
  });

  it('ignores a clock that was set back, and continues from there', () => {
    const { clock, buckets } = bucketsAt(10 * MINUTE);
    buckets.take([debit(100, steady(100))]);
    clock.now -= 5 * MINUTE;
    expect(buckets.take([debit(0, steady(100))]).levels).toEqual([0]);
    clock.now += MINUTE / 2;
    expect(buckets.take([debit(0, steady(100))]).levels).toEqual([50]);
  });

  it('adopts a new capacity at once', () => {
    const { buckets } = bucketsAt(0);
    expect(buckets.take([debit(0, steady(100))]).levels).toEqual([100]);
    expect(buckets.take([debit(0, steady(10))]).levels).toEqual([10]);
  });

  it('is not evicted before full buckets', () => {
    const buckets = new MemoryBuckets(() => 1_000, 10);
    const spec = { capacity: 60, periodMs: 60_000, refill: 'steady' } as const;
    buckets.take([{ key: 'used', spec, amount: 60 }]);
    for (let index = 0; index < 100; index += 1) buckets.take([{ key: `${index}`, spec, amount: 0 }]);
    expect(buckets.take([{ key: 'used', spec, amount: 1 }]).short).toBe(0);
    expect(buckets.size).toBeLessThanOrEqual(10);
  });

  it('is one of a bounded number: memory stays bounded', () => {
    const { buckets } = bucketsAt(0, 3);
    for (let index = 0; index < 10; index += 1) buckets.take([debit(1, steady(10), `bucket ${index}`)]);
    expect(buckets.size).toBe(3);
  });
});
