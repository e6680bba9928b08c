import type { RequestContext } from '../../request/request-context.ts';
import type { Route, Target } from '../../models/types/model.ts';
import type { Usage } from '../../usage/usage.ts';

/** An answer or a stream that a target has accepted, as far as its settlement needs it. */
export interface AcceptedAnswer {
  /** Undefined for a stream that is not open yet. */
  readonly target: Target | undefined;
  /** AWS's id of the request. */
  readonly upstreamRequestId?: string | undefined;
  /** Absent unless the stream continues another one. */
  readonly continued?: ContinuedUsage | undefined;
  /** Settles the quota of the target. */
  settle(usage?: Usage): void;
}

/** What the streams before a continuation used. */
export interface ContinuedUsage {
  /** Estimated usage of the earlier streams, which are settled. The usage of the whole answer contains it. */
  readonly settled: Usage;
  /** Estimated tokens of the prompt of the present stream, which contains the text of the earlier ones. */
  readonly promptTokens: number;
}

/** The request that pays for an answer, and the model that gave it. */
export interface ChargedRequest {
  readonly context: RequestContext;
  readonly route: Route;
}
