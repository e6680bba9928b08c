import type { RequestContext } from '../../request/request-context.ts';
import type { Route } from '../../models/types/model.ts';
import type { RejectedBefore } from '../../translation/dialect.ts';
import type { HistoryOmissions } from '../../translation/history/history-omissions.ts';
import type { SchemaFallback } from '../../translation/json-schema/expected-output.ts';
import type { AttemptOperation } from '../rejections/attempt-operation.ts';
import type { Attempt } from './attempt.ts';

/** One entry of a plan: a model, and the changes to the request after rejections by Bedrock. */
export interface PlannedAttempt {
  readonly route: Route;
  /** The context of the request; on routes with fallback models, its context for this model. */
  readonly context: RequestContext;
  /** The output format and the strict tools that Bedrock rejected during this request. */
  readonly schemaFallback: SchemaFallback;
  /** The parts of the history that Bedrock rejected during this request. */
  readonly history: HistoryOmissions;
  /** Looks up the rejections of earlier requests; absent while there are none. */
  readonly rejectedBefore?: RejectedBefore;
}

/** Which models may answer the requests of one API, and by which operation. */
export interface ModelRequirements {
  /** Throws GatewayError 400 if the model of the route cannot answer requests of this API. */
  requireModel(route: Route): void;
  /** Returns true if a request that fails at `route` may go to one of its fallback models. */
  allowsFallback(fallback: Route, route: Route): boolean;
  /** Returns the operation by which the gateway calls a model. */
  operationOf(route: Route): AttemptOperation;
}

/** Turns the requests of one API into attempts. */
export interface RequestPreparer<Request, Result> extends ModelRequirements {
  /**
   * Translates a request for one entry of its plan, and reports the changes. Throws GatewayError 400 with `param` for a
   * field that the model does not accept.
   */
  prepare(request: Request, entry: PlannedAttempt): Promise<Attempt<unknown, unknown, Result>>;
}
