import { residencyDenied } from '../models/access/access-refusal.ts';
import { countingTargets } from '../models/access/residency.ts';
import type { Route } from '../models/types/model.ts';
import type { Caller } from '../request/caller.ts';

/**
 * Returns the route by which CountTokens may count for a caller; undefined if its data policy allows no region. AWS processes
 * the prompt in the region of the call, also if the model answers through an inference profile.
 */
export function countingRoute(route: Route, caller: Caller | undefined): Route | undefined {
  const targets = countingTargets(caller?.access, route.targets);
  if (targets === route.targets) return route;
  return targets.length === 0 ? undefined : { ...route, targets };
}

/** Returns the route as `countingRoute`. Throws GatewayError 403 `residency_denied` if no region is allowed. */
export function requireCountingRoute(route: Route, caller: Caller | undefined): Route {
  const counting = countingRoute(route, caller);
  const [rule] = caller?.access?.residency ?? [];
  if (counting !== undefined || rule === undefined) return counting ?? route;
  throw residencyDenied(rule, `CountTokens for the model \`${route.model.name}\``, 'model');
}
