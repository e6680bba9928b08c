import type { RequestContext } from '../../request/request-context.ts';
import type { Route, Target } from '../../models/types/model.ts';
import type { Usage } from '../../usage/usage.ts';

/** An answer or a stream that a target has accepted, as far as its settlement needs it. */
export interface AcceptedAnswer {
  /** Undefined for a stream that is not open yet. */
  readonly target: Target | undefined;
  /** Settles the quota of the target. */
  settle(usage?: Usage): void;
}

/** The request that pays for an answer, and the model that gave it. */
export interface ChargedRequest {
  readonly context: RequestContext;
  readonly route: Route;
}
