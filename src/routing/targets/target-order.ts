import type { Target } from '../../models/types/model.ts';

/** Returns a number between 0 and 1, as Math.random does. */
export type RandomSource = () => number;

/**
 * Returns the targets of a route in the order in which one request tries them. Without weights, the order is that of the
 * list. With weights, targets are drawn by weight within each priority: a target of weight 3 precedes one of weight 1 in
 * three of four draws.
 */
export function orderTargets(targets: readonly Target[], random: RandomSource): readonly Target[] {
  if (targets[0]?.weight === undefined) return targets;
  // Sorted exponential waiting times are a weighted draw without replacement (Efraimidis and Spirakis, 2006).
  return targets
    .map((target) => ({ target, arrival: -Math.log(1 - random()) / (target.weight ?? 1) }))
    .sort((one, other) => priorityOf(one.target) - priorityOf(other.target) || one.arrival - other.arrival)
    .map(({ target }) => target);
}

/** Returns the targets with `first` at the beginning. */
export function moveToFront(targets: readonly Target[], first: Target): readonly Target[] {
  return targets[0] === first ? targets : [first, ...targets.filter((target) => target !== first)];
}

function priorityOf({ priority = 1 }: Target): number {
  return priority;
}
