import type { ModelsConfig } from '../../config/gateway-config.ts';
import { isRetired } from '../types/lifecycle.ts';
import type { ModelNames, NamedModel } from './model-names.ts';
import type { Model } from '../types/model.ts';

/** What decides which model answers. */
interface Succession {
  policy: ModelsConfig['onRetired'];
  now: Date;
  names: ModelNames;
}

/** The model itself, or after its end of life what the policy says; undefined where that is a refusal. */
export function answeringModel(named: NamedModel, succession: Succession): NamedModel | undefined {
  const { policy, now } = succession;
  switch (policy) {
    case 'serve':
      return named;
    case 'reject':
      return isRetired(named.card, now) ? undefined : named;
    case 'redirect':
      return living(named, succession);
    default:
      return policy satisfies never;
  }
}

/** Follows successors until one lives. Aliases of the settings may lead a successor's name back: then no model answers. */
function living(named: NamedModel, { now, names }: Succession): NamedModel | undefined {
  const seen = new Set<Model>();
  let current: NamedModel | undefined = named;
  while (current !== undefined && isRetired(current.card, now)) {
    if (seen.has(current.card)) return undefined;
    seen.add(current.card);
    current = current.card.successor === undefined ? undefined : names.byName(current.card.successor);
  }
  return current;
}
