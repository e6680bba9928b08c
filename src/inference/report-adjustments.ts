import type { RequestContext } from '../request/request-context.ts';
import { endingHeaders } from '../models/types/lifecycle.ts';
import type { Route } from '../models/types/model.ts';

/** Whatever was changed on the way is told: in headers, in the log line of the request, in metrics. */
export function reportAdjustments(call: RequestContext, route: Route, adjusted: readonly string[]): void {
  call.report.model = route.model.name;
  if (route.redirectedFrom) call.report.redirectedFrom = route.redirectedFrom.name;
  const ending = endingHeaders(route.redirectedFrom ?? route.model);
  if (ending) for (const [name, value] of ending) call.header(name, value);
  reportAdjusted(call, adjusted);
}

/** Reports the adjustments of a request without a model. */
export function reportAdjusted(call: RequestContext, adjusted: readonly string[]): void {
  if (adjusted.length === 0) return;
  call.report.adjusted = adjusted;
  call.header('x-outcrop-adjusted', adjusted.join(', '));
}

/** Reports one more adjustment, which became known with the answer. */
export function tellAlso(call: RequestContext, adjustment: string): void {
  const adjusted = [...new Set([...(call.report.adjusted ?? []), adjustment])];
  call.report.adjusted = adjusted;
  call.header('x-outcrop-adjusted', adjusted.join(', '));
}
