import type { Target } from '../../models/types/model.ts';

/** Returns a number between 0 and 1, as Math.random does. */
export type RandomSource = () => number;

/** What the requests of a route share: its lists of targets are the same objects for all requests. */
interface TargetList {
  byId: ReadonlyMap<string, Target>;
  /** The targets of the first priority with the sums of their weights, in order. Absent without weights. */
  first?: { targets: readonly Target[]; weightSums: Float64Array };
}

const lists = new WeakMap<readonly Target[], TargetList>();

/**
 * The targets of a route in the order in which one request tries them. Without weights, the order is that of the list. With
 * weights, targets are drawn by weight within each priority: a target of weight 3 precedes one of weight 1 in three of four
 * draws. Only the first target is drawn in advance, at a cost that hardly grows with the number of targets. The others are
 * ordered when the first one fails.
 */
export class TargetOrder {
  private readonly targets: readonly Target[];
  private readonly random: RandomSource;
  private readonly preferred: Target | undefined;
  private first?: Target;
  private rest?: readonly Target[];
  private position = 0;

  /** Creates the order. `preferred` comes first, whatever its weight. */
  constructor(targets: readonly Target[], random: RandomSource, preferred?: Target) {
    this.targets = targets;
    this.random = random;
    this.preferred = preferred;
  }

  /** Returns the next target; undefined after the last one. */
  next(): Target | undefined {
    if (this.first === undefined) {
      this.first = this.preferred ?? drawFirst(this.targets, this.random);
      return this.first;
    }
    this.rest ??= orderTargets(
      this.targets.filter((target) => target !== this.first),
      this.random,
    );
    return this.rest[this.position++];
  }
}

/** Returns the target with this id; undefined if the list has none. Takes constant time. */
export function targetWithId(targets: readonly Target[], id: string): Target | undefined {
  return sharedListOf(targets).byId.get(id);
}

/** Draws the first target in logarithmic time. The distribution is that of the first target of `orderTargets`. */
function drawFirst(targets: readonly Target[], random: RandomSource): Target | undefined {
  const { first } = sharedListOf(targets);
  if (first === undefined) return targets[0];
  const { weightSums } = first;
  const drawn = random() * weightSums.at(-1)!;
  let low = 0;
  for (let high = weightSums.length - 1; low < high;) {
    const middle = (low + high) >>> 1;
    if (weightSums[middle]! > drawn) high = middle;
    else low = middle + 1;
  }
  return first.targets[low];
}

/** Draws an order of all targets. */
function orderTargets(targets: readonly Target[], random: RandomSource): readonly Target[] {
  if (targets[0]?.weight === undefined) return targets;
  // Sorted exponential waiting times are a weighted draw without replacement (Efraimidis and Spirakis, 2006).
  return targets
    .map((target) => ({ target, arrival: -Math.log(1 - random()) / weightOf(target) }))
    .sort((one, other) => priorityOf(one.target) - priorityOf(other.target) || one.arrival - other.arrival)
    .map(({ target }) => target);
}

function sharedListOf(targets: readonly Target[]): TargetList {
  let list = lists.get(targets);
  if (list === undefined) lists.set(targets, (list = createList(targets)));
  return list;
}

function createList(targets: readonly Target[]): TargetList {
  const byId = new Map(targets.map((target) => [target.id, target]));
  if (targets[0]?.weight === undefined) return { byId };
  const priority = targets.reduce((lowest, target) => Math.min(lowest, priorityOf(target)), Infinity);
  const ofPriority = targets.filter((target) => priorityOf(target) === priority);
  let sum = 0;
  const weightSums = Float64Array.from(ofPriority, (target) => (sum += weightOf(target)));
  return { byId, first: { targets: ofPriority, weightSums } };
}

function weightOf({ weight = 1 }: Target): number {
  return weight;
}

function priorityOf({ priority = 1 }: Target): number {
  return priority;
}
