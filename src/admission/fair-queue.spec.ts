import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { FairQueue } from './fair-queue.ts';

interface Item {
  key: string;
  number: number;
}

function queueOf(...keys: string[]): FairQueue<Item> {
  const queue = new FairQueue<Item>();
  for (const [number, key] of keys.entries()) queue.add(key, { key, number });
  return queue;
}

function drain(queue: FairQueue<Item>, mayGo: (item: Item) => boolean = () => true): Item[] {
  const items: Item[] = [];
  for (let item = queue.next(mayGo); item; item = queue.next(mayGo)) items.push(item);
  return items;
}

describe('FairQueue', () => {
  it('serves keys in turn, and the requests of each key in order', () => {
    const queue = queueOf('a', 'a', 'a', 'a', 'b', 'c', 'b');
    expect(drain(queue).map(({ key, number }) => `${key}${number}`)).toEqual([
      'a0',
      'b4',
      'c5',
      'a1',
      'b6',
      'a2',
      'a3',
    ]);
    expect(queue.size).toBe(0);
  });

  it('parks keys at their limit', () => {
    const queue = queueOf('a', 'b', 'a');
    expect(drain(queue, ({ key }) => key !== 'a').map(({ key }) => key)).toEqual(['b']);
    expect(queue.size).toBe(2);
    expect(queue.next(() => true)).toBeUndefined();
    queue.unpark('a');
    expect(drain(queue).map(({ number }) => number)).toEqual([0, 2]);
  });

  it('drops the oldest item of the longest lane, and nothing if all lanes are short', () => {
    const queue = queueOf('a', 'b', 'b', 'b', 'c');
    expect(queue.dropFromLongest(3)).toBeUndefined();
    expect(queue.dropFromLongest(1)?.number).toBe(1);
    expect(queue.size).toBe(4);
  });

  it('loses and repeats no item in any sequence of operations', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('next' as const), closed: fc.constantFrom('', 'a', 'b') }),
      fc.record({ do: fc.constant('remove' as const), at: fc.nat(20) }),
      fc.record({ do: fc.constant('unpark' as const), key: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('drop' as const), length: fc.nat(4) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new FairQueue<Item>();
        const waiting: Item[] = [];
        const taken = (item: Item | undefined): void => {
          if (!item) return;
          expect(waiting).toContain(item);
          waiting.splice(waiting.indexOf(item), 1);
        };
        for (const [number, step] of steps.entries()) {
          if (step.do === 'add') {
            const item = { key: step.key, number };
            waiting.push(item);
            queue.add(item.key, item);
          } else if (step.do === 'next') taken(queue.next(({ key }) => key !== step.closed));
          else if (step.do === 'drop') taken(queue.dropFromLongest(step.length));
          else if (step.do === 'unpark') queue.unpark(step.key);
          else {
            const item = waiting[step.at];
            if (item) expect(queue.remove(item.key, item)).toBe(true);
            taken(item);
          }
          expect(queue.size).toBe(waiting.length);
          for (const key of 'abc') expect(queue.sizeOf(key)).toBe(waiting.filter((item) => item.key === key).length);
        }
        for (const key of 'abc') queue.unpark(key);
        for (const item of drain(queue)) taken(item);
        expect(waiting).toEqual([]);
      }),
    );
  });
});
