import type { UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import { jsonBody } from '../../bedrock/transport/unsendable.ts';
import type { UpstreamRequest } from '../../bedrock/transport/transport.ts';
import type { Route } from '../../models/types/model.ts';
import type { PromptSize } from '../../routing/quotas/estimates/token-demand.ts';
import type { RoutableCall } from './routable-call.ts';

/** A call of InvokeModel for vectors. */
export class EmbeddingCall<Answer> implements RoutableCall<Answer> {
  readonly route: Route;
  readonly operation: UpstreamOperation<Answer>;
  readonly headers: UpstreamRequest['headers'];
  readonly body: Buffer;

  constructor(route: Route, operation: UpstreamOperation<Answer>, body: object, headers: UpstreamRequest['headers']) {
    this.route = route;
    this.operation = operation;
    this.headers = headers;
    this.body = jsonBody(body);
  }

  cacheAffinity(): undefined {
    return undefined;
  }

  promptSize(): PromptSize {
    return { textBytes: this.body.length, images: 0, mediaBytes: 0, maxTokens: 0 };
  }

  crossAccountBody(): undefined {
    return undefined;
  }
}
