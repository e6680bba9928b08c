import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../errors/errors.ts';
import { gatewayOverloaded } from '../../admission/admission-errors.ts';
import { BackgroundTurns } from './background-turns.ts';
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

function turnsOf(most: number, keys: number, slots: Pick<Slots, 'admit'> = new Slots()): BackgroundTurns {
  return new BackgroundTurns(slots, () => ({ most, keys }));
}

function added(turns: BackgroundTurns, caller: typeof ONE, count: number): number {
  return Array.from({ length: count }, () => turns.add(caller)).filter(Boolean).length;
}

describe('the background work of a key', () => {
  it.each([
    [100, 1, 100],
    [100, 2, 50],
    [100, 9, 25],
    [5, 4, 2],
    [1, 4, 1],
  ])('is a share of %i where there are %i keys: %i', (most, keys, share) => {
    const turns = turnsOf(most, keys);
    expect(turns.share).toBe(share);
    expect(added(turns, ONE, 200)).toBe(share);
    turns.remove(ONE);
    expect(added(turns, ONE, 200)).toBe(1);
  });

  it('fits into an equal share, whatever the other keys have', () => {
    const turns = turnsOf(20, 10);
    for (const id of ['a', 'b', 'c', 'd']) expect(added(turns, { id, name: id }, 20)).toBe(5);
    expect(added(turns, ONE, 20)).toBe(2);
    expect(added(turns, TWO, 20)).toBe(2);
  });

  it('waits for slots one by one in each key, and keys do not wait for one another', async () => {
    const slots = new Slots();
    const turns = turnsOf(10, 2, slots);
    const calls = [ONE, ONE, TWO].map((caller) => new BackgroundContext(caller));
    const entered: number[] = [];
    for (const [index, context] of calls.entries()) {
      void turns.slotFor(context, context.caller!, 60_000).then(() => entered.push(index));
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
    const turns = turnsOf(10, 1, slots);
    const calls = [0, 1, 2].map(() => new BackgroundContext(ONE));
    const ends = calls.map((context) => turns.slotFor(context, ONE, 60_000));
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
    await turnsOf(10, 1, { admit }).slotFor(new BackgroundContext(ONE), ONE, 60_000);
    expect(tries).toBe(3);
    const never = turnsOf(10, 1, { admit: () => Promise.reject(gatewayOverloaded('no.').with({ retryAfter: 0.01 })) });
    await expect(never.slotFor(new BackgroundContext(ONE), ONE, 50)).rejects.toMatchObject({ code: 'overloaded' });
  });
});
