import type { ModelsConfig } from '../../config/gateway-config.ts';
import { isRetired } from '../types/lifecycle.ts';
import type { ModelNames, NamedModel } from './model-names.ts';
import type { Model } from '../types/model.ts';

/** Inputs that decide which model answers. */
interface Succession {
  policy: ModelsConfig['onRetired'];
  now: Date;
  names: ModelNames;
}

/**
 * Returns the model itself, or, after its end of life, the one that the policy selects; undefined if the policy rejects
 * it.
 */
export function answeringModel(named: NamedModel, succession: Succession): NamedModel | undefined {
  const { policy, now } = succession;
  switch (policy) {
    case 'serve':
      return named;
    case 'reject':
      return isRetired(named.card, now) ? undefined : named;
    case 'redirect':
      return firstActive(named, succession);
    default:
      return policy satisfies never;
  }
}

/**
 * Follows successors to the first one that is not retired. Returns undefined if aliases of the settings form a cycle.
 */
function firstActive(named: NamedModel, { now, names }: Succession): NamedModel | undefined {
  if (!isRetired(named.card, now)) return named;
  const seen = new Set<Model>();
  let current: NamedModel | undefined = named;
  while (current !== undefined && isRetired(current.card, now)) {
    if (seen.has(current.card)) return undefined;
    seen.add(current.card);
    current = current.card.successor === undefined ? undefined : names.byName(current.card.successor);
  }
  return current;
}
