import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../errors/errors.ts';
import { gatewayOverloaded } from '../../admission/admission-errors.ts';
import { BackgroundSlots } from './background-slots.ts';
import { BackgroundContext } from './background-context.ts';

const ONE = { id: 'one', name: 'one' };
const TWO = { id: 'two', name: 'two' };

/** Runs everything that does not wait. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Jobs wait here until `free` gives the next of them a slot. */
class Slots {
  readonly waiting: { call: object; id: string; free: () => void }[] = [];

  admit(call: object, { id }: { id: string }): Promise<true> {
    return new Promise((resolve) => this.waiting.push({ call, id, free: () => resolve(true) }));
  }
}

function backgroundSlots(most: number, keys: number, slots: Pick<Slots, 'admit'> = new Slots()): BackgroundSlots {
  return new BackgroundSlots(slots, () => ({ max: most, keys }));
}

function added(background: BackgroundSlots, caller: typeof ONE, count: number): number {
  return Array.from({ length: count }, () => background.add(caller)).filter(Boolean).length;
}

describe('the background work of a key', () => {
  it.each([
    [100, 1, 100],
    [100, 2, 50],
    [100, 9, 25],
    [5, 4, 2],
    [1, 4, 1],
  ])('is a share of %i where there are %i keys: %i', (most, keys, share) => {
    const background = backgroundSlots(most, keys);
    expect(background.share).toBe(share);
    expect(added(background, ONE, 200)).toBe(share);
    background.remove(ONE);
    expect(added(background, ONE, 200)).toBe(1);
  });

  it('fits into an equal share, whatever the other keys have', () => {
    const background = backgroundSlots(20, 10);
    for (const id of ['a', 'b', 'c', 'd']) expect(added(background, { id, name: id }, 20)).toBe(5);
    expect(added(background, ONE, 20)).toBe(2);
    expect(added(background, TWO, 20)).toBe(2);
  });

  it('waits for slots one by one in each key, and keys do not wait for one another', async () => {
    const slots = new Slots();
    const background = backgroundSlots(10, 2, slots);
    const calls = [ONE, ONE, TWO].map((caller) => new BackgroundContext({ caller }));
    const entered: number[] = [];
    for (const [index, context] of calls.entries()) {
      void background.slotFor(context, context.caller!, 60_000).then(() => entered.push(index));
    }
    await settle();
    expect(slots.waiting.map(({ id }) => id)).toEqual(['one', 'two']);
    slots.waiting[1]!.free();
    await settle();
    expect(entered).toEqual([2]);
    slots.waiting[0]!.free();
    await settle();
    expect(slots.waiting[2]!.call).toBe(calls[1]);
    slots.waiting[2]!.free();
    await settle();
    expect(entered).toEqual([2, 0, 1]);
  });

  it('leaves the queue at once when it is cancelled, and the jobs behind it keep their order', async () => {
    const slots = new Slots();
    const background = backgroundSlots(10, 1, slots);
    const calls = [0, 1, 2].map(() => new BackgroundContext({ caller: ONE }));
    const ends = calls.map((context) => background.slotFor(context, ONE, 60_000));
    const reason = new GatewayError({ status: 503, type: 'server_error', code: 'response_stopped', message: 'No.' });
    await settle();
    calls[1]!.cancel(reason);
    await expect(ends[1]).rejects.toBe(reason);
    expect(slots.waiting).toHaveLength(1);
    slots.waiting[0]!.free();
    await ends[0];
    await settle();
    expect(slots.waiting[1]!.call).toBe(calls[2]);
  });

  it('tries again while the queue is full, for as long as it may wait', async () => {
    let tries = 0;
    const admit = (): Promise<true> => {
      tries += 1;
      if (tries < 3) throw gatewayOverloaded('no.').with({ retryAfter: 0.01 });
      return Promise.resolve(true);
    };
    await backgroundSlots(10, 1, { admit }).slotFor(new BackgroundContext({ caller: ONE }), ONE, 60_000);
    expect(tries).toBe(3);
    const never = backgroundSlots(10, 1, {
      admit: () => Promise.reject(gatewayOverloaded('no.').with({ retryAfter: 0.01 })),
    });
    await expect(never.slotFor(new BackgroundContext({ caller: ONE }), ONE, 50)).rejects.toMatchObject({
      code: 'overloaded',
    });
  });
});
