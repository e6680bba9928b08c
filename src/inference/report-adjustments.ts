import type { RequestContext } from '../request/request-context.ts';
import { endingHeaders } from '../models/types/lifecycle.ts';
import type { Route } from '../models/types/model.ts';

/** Whatever was changed on the way is told: in headers, in the log line of the request, in metrics. */
export function reportAdjustments(context: RequestContext, route: Route, adjusted: readonly string[]): void {
  context.report.model = route.model.name;
  if (route.redirectedFrom) context.report.redirectedFrom = route.redirectedFrom.name;
  const ending = endingHeaders(route.redirectedFrom ?? route.model);
  if (ending) for (const [name, value] of ending) context.header(name, value);
  reportAdjusted(context, adjusted);
}

/** Reports the adjustments of a request without a model. */
export function reportAdjusted(context: RequestContext, adjusted: readonly string[]): void {
  if (adjusted.length === 0) return;
  context.report.adjusted = adjusted;
  context.header('x-outcrop-adjusted', adjusted.join(', '));
}

/** Reports one more adjustment, which became known with the answer. */
export function tellAlso(context: RequestContext, adjustment: string): void {
  const adjusted = [...new Set([...(context.report.adjusted ?? []), adjustment])];
  context.report.adjusted = adjusted;
  context.header('x-outcrop-adjusted', adjusted.join(', '));
}
