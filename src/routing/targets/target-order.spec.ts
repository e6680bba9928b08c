import type { Target } from '../../models/types/model.ts';
import { orderTargets, moveToFront } from './target-order.ts';

const target = (id: string, weight?: number, priority?: number): Target => ({
  id,
  region: 'us-east-1',
  modelId: 'm',
  weight,
  priority,
});
const ids = (targets: readonly Target[]): string => targets.map(({ id }) => id).join('');

/** Returns the same numbers in every run. */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe('the order of targets', () => {
  it('is that of the list without weights', () => {
    const targets = [target('a'), target('b'), target('c')];
    expect(orderTargets(targets, generator())).toBe(targets);
  });

  it('follows the weights: three of four orders begin with the target of weight 3', () => {
    const random = generator();
    const targets = [target('a', 3), target('b', 1)];
    const first = Array.from({ length: 10_000 }, () => ids(orderTargets(targets, random))).filter(
      (order) => order === 'ab',
    );
    expect(first.length / 10_000).toBeCloseTo(0.75, 1);
  });

  it('follows the priorities, whatever the weights', () => {
    const random = generator();
    const targets = [target('a', 1), target('b', 1, 1), target('c', 1_000, 2), target('d', 1_000, 2)];
    const orders = new Set(Array.from({ length: 200 }, () => ids(orderTargets(targets, random))));
    expect([...orders].sort()).toEqual(['abcd', 'abdc', 'bacd', 'badc']);
  });

  it('can begin with a given target', () => {
    const [a, b, c] = [target('a'), target('b'), target('c')];
    expect(ids(moveToFront([a, b, c], c))).toBe('cab');
    expect(ids(moveToFront([a, b, c], a))).toBe('abc');
  });
});
