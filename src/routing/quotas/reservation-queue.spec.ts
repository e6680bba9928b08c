import { describe, expect, it } from '@jest/globals';
import { MemoryBuckets } from '../../shared-state/buckets/memory-buckets.ts';
import type { BucketStore, BucketDebit, DebitResult } from '../../shared-state/buckets/bucket-store.ts';
import { type QueueClock, ReservationQueue } from './reservation-queue.ts';

/** A clock that the test advances. */
class HandClock implements QueueClock {
  private time = 0;
  private timers: { at: number; run: () => void }[] = [];

  now = (): number => this.time;

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  };

  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
      if (next === undefined) break;
      this.time = Math.max(this.time, next.at);
      this.timers = this.timers.filter((other) => other !== next);
      next.run();
    }
    this.time = until;
  }

  get pending(): number {
    return this.timers.length;
  }
}

/** 6,000 tokens a minute: 100 a second. */
const SPEC = { capacity: 6_000, periodMs: 60_000, refill: 'steady' } as const;
const SETTINGS = { maxWaitMs: 10_000, maxLength: 5, pollMs: 60_000 };

function debits(amount: number): BucketDebit[] {
  return [{ key: 'bucket', spec: SPEC, amount }];
}

function queueWith(settings = SETTINGS) {
  const clock = new HandClock();
  const buckets = new MemoryBuckets(clock.now);
  buckets.take(debits(6_000));
  const queue = new ReservationQueue(buckets, clock, settings);
  const log: string[] = [];
  const join = (name: string, amount: number, owner = 'key') =>
    queue.join({
      owner,
      debits: debits(amount),
      granted: () => log.push(`${name} at ${clock.now()}`),
      rejected: (last) => log.push(`${name} refused at ${clock.now()}, ${last?.waitMs} ms short`),
    });
  return { clock, buckets, queue, log, join };
}

describe('ReservationQueue', () => {
  it('serves requests in order of arrival: small ones do not overtake large ones', () => {
    const { clock, log, join } = queueWith();
    join('large', 500);
    join('small', 1);
    join('medium', 100);
    clock.pass(10_000);
    expect(log).toEqual(['large at 5000', 'small at 5010', 'medium at 6010']);
  });

  it('serves at once when tokens are returned', () => {
    const { clock, buckets, queue, log, join } = queueWith();
    join('one', 900);
    join('two', 900);
    clock.pass(1_000);
    buckets.correct(debits(1_000), 0);
    queue.wake();
    expect(log).toEqual(['one at 1000']);
    clock.pass(9_000);
    expect(log).toEqual(['one at 1000', 'two at 8000']);
    expect(queue.length).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('rejects a request at the end of its maximum wait, with the missing amount, and serves the next one', () => {
    const { clock, log, join } = queueWith();
    join('too large', 5_000);
    clock.pass(4_000);
    join('next', 1_100);
    clock.pass(10_000);
    expect(log).toEqual(['too large refused at 10000, 50000 ms short', 'next at 11000']);
  });

  it('removes a request that leaves, at any position', () => {
    const { clock, queue, log, join } = queueWith();
    const leave = [join('first', 500), join('second', 500), join('third', 500)];
    leave[1]!();
    leave[0]!();
    leave[0]!();
    expect(queue.length).toBe(1);
    clock.pass(10_000);
    expect(log).toEqual(['third at 5000']);
    expect(clock.pending).toBe(0);
  });

  it('keeps its maximum length when many requests come and go behind one that stays', () => {
    const { queue, join } = queueWith();
    for (let index = 0; index < 5; index += 1) join(`${index}`, 900);
    expect(join('one too many', 1)).toBeUndefined();
    const roomy = queueWith();
    roomy.join('stays', 900);
    for (let index = 0; index < 100; index += 1) roomy.join(`${index}`, 1)!();
    expect(roomy.queue.length).toBe(1);
    expect(
      (roomy.queue as unknown as { entriesByOwner: Map<string, Set<unknown>> }).entriesByOwner.get('key')?.size,
    ).toBe(1);
    expect(queue.length).toBe(5);
  });

  it('serves keys in turn, so that many requests of one key delay another key by one request at most', () => {
    const { clock, log, join } = queueWith();
    for (const name of ['busy 1', 'busy 2', 'busy 3']) join(name, 100, 'busy');
    join('quiet 1', 100, 'quiet');
    join('quiet 2', 100, 'quiet');
    clock.pass(10_000);
    expect(log).toEqual(['busy 1 at 1000', 'quiet 1 at 2000', 'busy 2 at 3000', 'quiet 2 at 4000', 'busy 3 at 5000']);
  });

  it('accepts a key with fewer requests by rejecting the newest request of the key with most', () => {
    const { queue, clock, log, join } = queueWith();
    for (let index = 1; index <= 5; index += 1) join(`busy ${index}`, 100, 'busy');
    expect(join('quiet 1', 100, 'quiet')).toBeDefined();
    expect(log).toEqual(['busy 5 refused at 0, 1000 ms short']);
    expect(join('quiet 2', 100, 'quiet')).toBeDefined();
    expect(join('quiet 3', 100, 'quiet')).toBeUndefined();
    expect(join('busy 6', 100, 'busy')).toBeUndefined();
    expect(queue.length).toBe(5);
    clock.pass(10_000);
    expect(log.slice(2)).toEqual([
      'busy 1 at 1000',
      'quiet 1 at 2000',
      'busy 2 at 3000',
      'quiet 2 at 4000',
      'busy 3 at 5000',
    ]);
    expect(clock.pending).toBe(0);
  });

  it('also rejects requests in time that are not current', () => {
    const { clock, log, join } = queueWith({ ...SETTINGS, maxLength: 9 });
    join('one', 900, 'a');
    join('two', 900, 'b');
    clock.pass(5_000);
    join('three', 900, 'c');
    clock.pass(20_000);
    expect(log).toEqual([
      'one at 9000',
      'two refused at 10000, 9000 ms short',
      'three refused at 15000, 8000 ms short',
    ]);
  });

  it('waits for shared buckets with one attempt at a time, and returns a debit that arrives too late', async () => {
    const clock = new HandClock();
    const memory = new MemoryBuckets(clock.now);
    memory.take(debits(6_000));
    let attempts = 0;
    const slow: BucketStore = {
      take: async (wanted): Promise<DebitResult> => {
        attempts += 1;
        return Promise.resolve(memory.take(wanted));
      },
      correct: (...given) => memory.correct(...given),
      drain: (wanted) => memory.drain(wanted),
    };
    const queue = new ReservationQueue(slow, clock, { ...SETTINGS, pollMs: 250 });
    const log: string[] = [];
    const turn = (name: string) => ({
      owner: 'key',
      debits: debits(100),
      granted: () => log.push(name),
      rejected: () => log.push('no'),
    });
    const leave = queue.join(turn('gone'))!;
    queue.join(turn('stays'));
    queue.wake();
    expect(attempts).toBe(1);
    for (let round = 0; round < 5; round += 1) {
      await new Promise(setImmediate);
      clock.pass(round < 3 ? 250 : 0);
    }
    // The request leaves during its attempt, which would now be granted.
    clock.pass(250);
    leave();
    for (let round = 0; round < 8; round += 1) {
      await new Promise(setImmediate);
      clock.pass(250);
    }
    expect(log).toEqual(['stays']);
    expect(queue.length).toBe(0);
    expect(memory.take(debits(0)).levels[0]).toBeGreaterThanOrEqual(100);
  });
});
