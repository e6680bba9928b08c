import type { Target } from '../../models/types/model.ts';
import { TargetOrder, targetWithId, type RandomSource } from './target-order.ts';

const target = (id: string, weight?: number, priority?: number): Target => ({
  id,
  region: 'us-east-1',
  modelId: 'm',
  weight,
  priority,
});

/** Returns the same numbers in every run. */
function generator(): RandomSource {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Returns all targets, in order. */
function drawAll(targets: readonly Target[], random: RandomSource, preferred?: Target): Target[] {
  const order = new TargetOrder(targets, random, preferred);
  const drawn: Target[] = [];
  for (let next = order.next(); next !== undefined; next = order.next()) drawn.push(next);
  return drawn;
}
const ids = (targets: readonly Target[]): string => targets.map(({ id }) => id).join('');

/** Returns the probability of each order of the targets with these weights, drawn one by one without replacement. */
function exactProbabilities(weights: Readonly<Record<string, number>>, prefix = '', chance = 1): Map<string, number> {
  const left = Object.entries(weights).filter(([id]) => !prefix.includes(id));
  if (left.length === 0) return new Map([[prefix, chance]]);
  const sum = left.reduce((total, [, weight]) => total + weight, 0);
  return new Map(
    left.flatMap(([id, weight]) => [...exactProbabilities(weights, prefix + id, (chance * weight) / sum)]),
  );
}

/** Returns Pearson's statistic of the drawn orders against their exact probabilities. */
function chiSquare(draws: readonly string[], expected: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [order, chance] of expected) {
    const count = draws.filter((draw) => draw === order).length;
    sum += (count - chance * draws.length) ** 2 / (chance * draws.length);
  }
  return sum;
}

describe('the order of targets', () => {
  it('is that of the list without weights', () => {
    expect(ids(drawAll([target('a'), target('b'), target('c')], generator()))).toBe('abc');
    expect(drawAll([], generator())).toEqual([]);
  });

  it('is a weighted draw without replacement', () => {
    const random = generator();
    const weights = { a: 5, b: 1, c: 3, d: 1 };
    const targets = Object.entries(weights).map(([id, weight]) => target(id, weight));
    const draws = Array.from({ length: 24_000 }, () => ids(drawAll(targets, random)));
    const expected = exactProbabilities(weights);
    expect(expected.size).toBe(24);
    // 49.73 is the 99.9 % quantile of the chi-square distribution with 23 degrees of freedom.
    expect(chiSquare(draws, expected)).toBeLessThan(49.73);
  });

  it('is a weighted draw of the other targets after a preferred one', () => {
    const random = generator();
    const [a, b, c, d] = [target('a', 5), target('b', 1), target('c', 3), target('d', 1)];
    const draws = Array.from({ length: 12_000 }, () => ids(drawAll([a, b, c, d], random, b)));
    const expected = new Map([...exactProbabilities({ a: 5, c: 3, d: 1 })].map(([order, p]) => [`b${order}`, p]));
    // 20.52 is the 99.9 % quantile with 5 degrees of freedom.
    expect(chiSquare(draws, expected)).toBeLessThan(20.52);
  });

  it('begins with the target in whose interval the random number lies', () => {
    const targets = [target('a', 3), target('b', 1), target('c', 4)];
    const firstWith = (number: number) => new TargetOrder(targets, () => number).next()?.id;
    expect([0, 0.374, 0.375, 0.499, 0.5, 0.999_999].map(firstWith)).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('follows the priorities, whatever the weights', () => {
    const random = generator();
    const targets = [target('a', 1), target('b', 1, 1), target('c', 1_000, 2), target('d', 1_000, 2)];
    const orders = new Set(Array.from({ length: 200 }, () => ids(drawAll(targets, random))));
    expect([...orders].sort()).toEqual(['abcd', 'abdc', 'bacd', 'badc']);
    const reversed = targets.toReversed();
    expect(drawAll(reversed, random)[0]?.priority ?? 1).toBe(1);
  });

  it('can begin with a given target', () => {
    const [a, b, c] = [target('a'), target('b'), target('c')];
    expect(ids(drawAll([a, b, c], generator(), c))).toBe('cab');
    expect(ids(drawAll([a, b, c], generator(), a))).toBe('abc');
  });

  it('costs one random number and no further look at the list until the first target fails', () => {
    const costs = [20, 200].map((count) => {
      let numbers = 0;
      let reads = 0;
      const targets = Array.from({ length: count }, (_, at) => target(String(at), 1 + (at % 3)));
      const counted = new Proxy(targets, { get: (list, name) => (reads++, Reflect.get(list, name) as unknown) });
      const random = (): number => (numbers++, 0.7);
      new TargetOrder(counted, random).next();
      [numbers, reads] = [0, 0];
      const order = new TargetOrder(counted, random);
      order.next();
      const ofFirst = [numbers, reads];
      order.next();
      return { ofFirst, numbers };
    });
    expect(costs).toEqual([
      { ofFirst: [1, 0], numbers: 20 },
      { ofFirst: [1, 0], numbers: 200 },
    ]);
  });

  it('finds a target by its id', () => {
    const targets = [target('a', 1), target('b', 1)];
    expect(targetWithId(targets, 'b')).toBe(targets[1]);
    expect(targetWithId(targets, 'c')).toBeUndefined();
  });
});
