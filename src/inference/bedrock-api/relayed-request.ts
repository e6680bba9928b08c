import type { ParallelCalls } from '../../admission/upstream-calls.service.ts';
import type { Route } from '../../models/types/model.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { BedrockApiRequest } from '../../translation/bedrock-api/bedrock-api-request.ts';
import type { PreparedRequest } from '../attempts/attempt.ts';

const PARALLEL_CALLS: ParallelCalls = { reason: 'choices', param: 'messages' };

/** A request of Bedrock's own API, whose body the gateway sends as the client wrote it. */
export class RelayedRequest implements PreparedRequest {
  readonly operation = 'fixed';
  readonly betaFlags = [];
  readonly id = 'relay/';
  readonly size = 1;
  readonly parallelCalls = PARALLEL_CALLS;
  readonly route: Route;
  readonly context: RequestContext;
  readonly sending: BedrockApiRequest;

  constructor(route: Route, context: RequestContext, sending: BedrockApiRequest) {
    this.route = route;
    this.context = context;
    this.sending = sending;
  }

  enforcedSchemas(): undefined {
    return undefined;
  }
}
