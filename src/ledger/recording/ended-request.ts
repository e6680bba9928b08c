import type { RequestContext } from '../../request/request-context.ts';

/** A request that has ended, as far as its row depends on it. */
export interface EndedRequest {
  readonly context: RequestContext;
  /** Id of the row. */
  readonly ledgerId: string;
  /** Value of `x-request-id`. */
  readonly requestId: string;
  readonly method: string;
  /** Path pattern of the route. */
  readonly endpoint: string;
  readonly httpStatus: number;
  readonly durationMs: number;
  /** True if the client disconnected before the end of the response. */
  readonly isCut: boolean;
  /** The model in the body or the path; text of the client. Needed only if the request reached no model. */
  readonly modelText?: unknown;
}
