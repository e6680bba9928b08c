import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CallSlots } from './call-slots.ts';

/** A process with a number of slots in addition to those of the requests. */
class Spare {
  taken = 0;
  free: number;

  constructor(free: number) {
    this.free = free;
  }

  slots(): CallSlots {
    return new CallSlots(() => {
      if (this.free === 0) return undefined;
      this.free -= 1;
      this.taken += 1;
      return () => {
        this.free += 1;
        this.taken -= 1;
      };
    });
  }
}

/** Runs everything that is ready to run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('CallSlots', () => {
  it('has its own slot, and further ones while the process has free slots', () => {
    const spare = new Spare(2);
    const slots = spare.slots();
    expect([slots.tryAcquire(), slots.tryAcquire(), slots.tryAcquire(), slots.tryAcquire()]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(spare.taken).toBe(2);
    for (let index = 0; index < 3; index += 1) slots.release();
    expect(spare.taken).toBe(0);
    expect(slots.tryAcquire()).toBe(true);
    expect(spare.taken).toBe(0);
  });

  it('passes a slot from one call to the next if the process has none', async () => {
    const slots = new Spare(0).slots();
    let most = 0;
    let running = 0;
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        await slots.acquire();
        most = Math.max(most, ++running);
        await settle();
        order.push(index);
        running -= 1;
        slots.release();
      }),
    );
    expect(order).toEqual([0, 1, 2, 3]);
    expect(most).toBe(1);
  });

  it('grows at the end of a call when the process has free slots again', async () => {
    const spare = new Spare(0);
    const slots = spare.slots();
    const begun: number[] = [];
    for (let index = 0; index < 4; index += 1) void Promise.resolve(slots.acquire()).then(() => begun.push(index));
    await settle();
    expect(begun).toEqual([0]);
    spare.free = 2;
    slots.release();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    expect(spare.taken).toBe(2);
  });

  it('releases all slots at the end of the request, whatever still runs', async () => {
    const spare = new Spare(1);
    const slots = spare.slots();
    const begun: number[] = [];
    for (let index = 0; index < 4; index += 1) void Promise.resolve(slots.acquire()).then(() => begun.push(index));
    slots.close();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    for (let index = 0; index < 4; index += 1) slots.release();
    expect(spare).toMatchObject({ taken: 0, free: 1 });
  });

  it('never blocks requests by one another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
        async (free, requests) => {
          const spare = new Spare(free);
          let ended = 0;
          await Promise.all(
            requests.map(async (calls) => {
              const slots = spare.slots();
              await Promise.all(
                Array.from({ length: calls }, async () => {
                  await slots.acquire();
                  await Promise.resolve();
                  slots.release();
                  ended += 1;
                }),
              );
            }),
          );
          expect(ended).toBe(requests.reduce((sum, calls) => sum + calls, 0));
          expect(spare.taken).toBe(0);
        },
      ),
    );
  });
});
