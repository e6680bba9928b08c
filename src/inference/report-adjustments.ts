import type { RequestContext } from '../request/request-context.ts';
import { deprecationHeaders, ENDING_HEADER_NAMES, endingHeaders } from '../models/types/lifecycle.ts';
import type { Route } from '../models/types/model.ts';
import { withFormerAdjustments } from '../wire/adjustments/former-adjustments.ts';

/**
 * Reports the model of an attempt and the adjustments for it, in response headers, the log line of the request and
 * metrics.
 */
export function reportAdjustments(context: RequestContext, route: Route, adjusted: readonly string[]): void {
  context.report.model = route.model.name;
  const named = route.redirectedFrom ?? route.model;
  if (route.requested !== named.name) context.report.requestedName = route.requested;
  if (route.redirectedFrom) context.report.redirectedFrom = route.redirectedFrom.name;
  const { deprecation } = route;
  const ending = deprecation === undefined ? endingHeaders(named) : deprecationHeaders(deprecation, named);
  if (ending) for (const [name, value] of ending) context.header(name, value);
  if (deprecation !== undefined) {
    context.report.modelState = 'deprecated';
    context.header('x-outcrop-model-state', 'deprecated');
  }
  reportAdjusted(context, adjusted);
}

/** Reports the adjustments of a request without a model. */
export function reportAdjusted(context: RequestContext, adjusted: readonly string[]): void {
  if (adjusted.length > 0) setAdjusted(context, adjusted);
}

/** Reports one more adjustment, which became known with the answer. */
export function addAdjustment(context: RequestContext, adjustment: string): void {
  setAdjusted(context, [...new Set([...(context.report.adjusted ?? []), adjustment])]);
}

/** Removes the reported adjustments of an attempt that did not answer. */
export function clearAdjustments(context: RequestContext): void {
  if (context.report.adjusted !== undefined) {
    context.report.adjusted = undefined;
    context.header('x-outcrop-adjusted', undefined);
  }
  for (const name of ENDING_HEADER_NAMES) context.header(name, undefined);
  if (context.report.modelState !== undefined) {
    context.report.modelState = undefined;
    context.header('x-outcrop-model-state', undefined);
  }
}

function setAdjusted(context: RequestContext, adjusted: readonly string[]): void {
  context.report.adjusted = adjusted;
  const sent = context.emitsFormerNames ? withFormerAdjustments(adjusted) : adjusted;
  context.header('x-outcrop-adjusted', sent.join(', '));
}
