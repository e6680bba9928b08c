import type { UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import type { UpstreamRequest } from '../../bedrock/transport/transport.ts';
import type { Route } from '../../models/types/model.ts';
import type { PromptSize } from '../../routing/quotas/estimates/token-demand.ts';
import { rawPromptSizeOf } from '../../routing/quotas/estimates/prompt-size.ts';
import type { RoutableCall } from './routable-call.ts';

/** A call of Bedrock's own API, whose body passes as the client wrote it. */
export class RelayedCall<Answer> implements RoutableCall<Answer> {
  readonly route: Route;
  readonly operation: UpstreamOperation<Answer>;
  readonly headers: UpstreamRequest['headers'];
  readonly body: Buffer;
  readonly isOutsideInference: boolean;

  constructor(
    route: Route,
    operation: UpstreamOperation<Answer>,
    { body, headers }: { body: Buffer; headers?: UpstreamRequest['headers'] },
  ) {
    this.route = route;
    this.operation = operation;
    this.headers = headers;
    this.body = body;
    this.isOutsideInference = operation.name === 'count-tokens';
  }

  cacheAffinity(): undefined {
    return undefined;
  }

  promptSize(): PromptSize {
    return rawPromptSizeOf(this.body);
  }

  crossAccountBody(): undefined {
    return undefined;
  }
}
