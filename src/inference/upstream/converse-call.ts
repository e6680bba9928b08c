import type { UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import { jsonBody } from '../../bedrock/transport/unsendable.ts';
import type { Route } from '../../models/types/model.ts';
import type { PromptSize } from '../../routing/quotas/estimates/token-demand.ts';
import { promptSizeOf } from '../../routing/quotas/estimates/prompt-size.ts';
import { converseCacheAffinity } from '../../routing/targets/cache-affinity-key.ts';
import type { CacheAffinity } from '../../routing/targets/prompt-cache-affinity.ts';
import { withoutAccountBoundThinking } from '../../translation/history/account-bound-thinking.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { RoutableCall } from './routable-call.ts';

/** A call of Converse or ConverseStream. Throws 400 if the request cannot be sent as JSON. */
export class ConverseCall<Answer> implements RoutableCall<Answer> {
  readonly route: Route;
  readonly operation: UpstreamOperation<Answer>;
  readonly converse: ConverseRequest;
  readonly body: Buffer;

  constructor(route: Route, operation: UpstreamOperation<Answer>, converse: ConverseRequest) {
    this.route = route;
    this.operation = operation;
    this.converse = converse;
    this.body = jsonBody(converse);
  }

  cacheAffinity(): CacheAffinity | undefined {
    return converseCacheAffinity(this.route.model, this.converse);
  }

  promptSize(): PromptSize {
    return promptSizeOf(this.converse, this.body.length);
  }

  crossAccountBody(): object | undefined {
    return withoutAccountBoundThinking(this.converse, this.route.model);
  }
}
