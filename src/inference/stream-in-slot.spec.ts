import { describe, expect, it } from '@jest/globals';
import { CallSlots } from '../request/call-slots.ts';
import type { Target } from '../models/types/model.ts';
import { CancelSource } from '../request/cancel-signal.ts';
import { streamInSlot } from './stream-in-slot.ts';

const TARGET: Target = { id: 'a', region: 'us-east-1', modelId: 'm' };

/** Creates slots with nothing beyond the request's own slot. */
const oneSlot = (): CallSlots => new CallSlots(() => undefined);

async function* events(...list: number[]): AsyncGenerator<number[]> {
  for (const event of list) yield [event];
}

const served = (...list: number[]) => ({ body: events(...list), target: TARGET, settle: () => undefined });

async function read(stream: AsyncIterable<number[]>): Promise<number[]> {
  const all: number[] = [];
  for await (const batch of stream) all.push(...batch);
  return all;
}

/** Returns true if the own slot is free. Does not keep it. */
function isFree(slots: CallSlots): boolean {
  const free = slots.tryAcquire();
  if (free) slots.release();
  return free;
}

describe('a stream in a slot', () => {
  it('gives it back at its end', async () => {
    const slots = oneSlot();
    const stream = await streamInSlot(slots, new CancelSource(), async () => served(1, 2));
    expect(isFree(slots)).toBe(false);
    expect(await read(stream.body)).toEqual([1, 2]);
    expect(isFree(slots)).toBe(true);
  });

  it.each([
    ['its reader leaves before the first event', async (body: AsyncIterator<number[]>) => void (await body.return?.())],
    [
      'its reader leaves later',
      async (body: AsyncIterator<number[]>) => {
        await body.next();
        await body.return?.();
      },
    ],
  ])('gives it back when %s', async (_, leave) => {
    const slots = oneSlot();
    const stream = await streamInSlot(slots, new CancelSource(), async () => served(1, 2));
    await leave(stream.body[Symbol.asyncIterator]());
    expect(isFree(slots)).toBe(true);
  });

  it('gives it back when another model answers, though nothing reads it, and only once', async () => {
    const slots = oneSlot();
    const signal = new CancelSource();
    const stream = await streamInSlot(slots, signal, async () => served(1));
    signal.cancel(new Error('Another model answers.'));
    expect(isFree(slots)).toBe(true);
    await read(stream.body);
    expect(slots.tryAcquire()).toBe(true);
    expect(slots.tryAcquire()).toBe(false);
  });

  it('gives it back when it cannot be opened', async () => {
    const slots = oneSlot();
    const failure = new Error('no');
    await expect(streamInSlot(slots, new CancelSource(), () => Promise.reject(failure))).rejects.toBe(failure);
    expect(isFree(slots)).toBe(true);
  });

  it('is opened later where there is no slot, and has a target from then on', async () => {
    const slots = oneSlot();
    const signal = new CancelSource();
    const first = await streamInSlot(slots, signal, async () => served(1, 2));
    let opened = 0;
    const second = await streamInSlot(slots, signal, async () => {
      opened += 1;
      return served(3);
    });
    expect([opened, second.target]).toEqual([0, undefined]);
    const both = await Promise.all([read(first.body), read(second.body)]);
    expect(both).toEqual([[1, 2], [3]]);
    expect([opened, second.target]).toEqual([1, TARGET]);
    expect(isFree(slots)).toBe(true);
  });
});
