import fc from 'fast-check';
import { OwnerHeap } from './owner-heap.ts';

describe('OwnerHeap', () => {
  it('finds an owner of the largest weight after any changes', () => {
    const changes = fc.array(
      fc.record({ owner: fc.constantFrom('a', 'b', 'c', 'd', 'e'), weight: fc.nat({ max: 6 }) }),
    );
    fc.assert(
      fc.property(changes, (list) => {
        const heap = new OwnerHeap();
        const weights = new Map<string, number>();
        const weightOf = (owner: string): number => weights.get(owner) ?? 0;
        for (const { owner, weight } of list) {
          weights.set(owner, weight);
          heap.add(owner, weight);
          expect(weightOf(heap.largest(weightOf)!)).toBe(Math.max(...weights.values()));
        }
      }),
    );
  });

  it('is empty at first', () => {
    expect(new OwnerHeap().largest(() => 0)).toBeUndefined();
  });
});
