import { isFormatRejection } from '../../bedrock/errors/schema-rejections.ts';
import type { ParallelCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { MessagesTranslation } from '../../translation/anthropic/invoke-model/request/invoke-body.ts';
import { enforcedFormat } from '../../translation/anthropic/invoke-model/format/prompted-format.ts';
import { sentBetaFlags } from '../../translation/anthropic/messages-betas.ts';
import type { MessagesRequest } from '../../translation/anthropic/types.ts';
import type { EnforcedSchemas } from '../../translation/json-schema/expected-output.ts';
import type { AttemptOperation } from '../rejections/attempt-operation.ts';
import type { PreparedRequest } from '../attempts/attempt.ts';
import type { PlannedAttempt } from '../attempts/request-preparer.ts';

/** A request has one answer; Anthropic's API has no `n`. */
const PARALLEL_CALLS: ParallelCalls = { reason: 'choices', param: 'messages' };

/** A request of Anthropic's Messages API that is translated to InvokeModel for one Claude model. */
export class PreparedMessages implements PreparedRequest {
  readonly operation: AttemptOperation;
  readonly betaFlags: readonly string[];
  readonly route: Route;
  readonly context: RequestContext;
  readonly id: string;
  readonly size = 1;
  readonly parallelCalls = PARALLEL_CALLS;
  readonly request: MessagesRequest;
  readonly translation: MessagesTranslation;

  constructor(
    request: MessagesRequest,
    translation: MessagesTranslation,
    { route, context }: PlannedAttempt,
    operation: 'invoke-model' | 'count' = 'invoke-model',
  ) {
    this.operation = operation;
    this.betaFlags = sentBetaFlags(translation.body);
    this.route = route;
    this.context = context;
    this.id = translation.expected === undefined ? 'message/' : `message/${translation.expected.format}/`;
    this.request = request;
    this.translation = translation;
  }

  /** Returns the rejected format. Excludes strict tools, for which the gateway has no alternative on this API. */
  enforcedSchemas(failure: unknown): EnforcedSchemas | undefined {
    if (!isFormatRejection(failure) || this.translation.expected !== undefined) return undefined;
    return enforcedFormat(this.request);
  }
}
