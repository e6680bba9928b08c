import type { Target } from '../../models/types/model.ts';

/** Between 0 and 1, as Math.random gives it. */
export type RandomSource = () => number;

/**
 * The targets of a route in the order to try for one request: as they stand, or, where they have weights, within each
 * priority drawn by weight. A target of weight 3 comes before one of weight 1 in three of four draws.
 */
export function orderTargets(targets: readonly Target[], random: RandomSource): readonly Target[] {
  if (targets[0]?.weight === undefined) return targets;
  // Waiting times of weighted arrivals: sorted, they are a draw without replacement (Efraimidis and Spirakis, 2006).
  return targets
    .map((target) => ({ target, arrival: -Math.log(1 - random()) / (target.weight ?? 1) }))
    .sort((one, other) => priorityOf(one.target) - priorityOf(other.target) || one.arrival - other.arrival)
    .map(({ target }) => target);
}

/** The same with one of them first. */
export function moveToFront(targets: readonly Target[], first: Target): readonly Target[] {
  return targets[0] === first ? targets : [first, ...targets.filter((target) => target !== first)];
}

function priorityOf({ priority = 1 }: Target): number {
  return priority;
}
