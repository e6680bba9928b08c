import type { UpstreamOperation } from '../../bedrock/operations/upstream-operation.ts';
import { jsonBody } from '../../bedrock/transport/unsendable.ts';
import type { UpstreamRequest } from '../../bedrock/transport/transport.ts';
import type { Route } from '../../models/types/model.ts';
import type { PromptSize } from '../../routing/quotas/estimates/token-demand.ts';
import { messagesPromptSizeOf } from '../../routing/quotas/estimates/prompt-size.ts';
import { messagesCacheAffinity } from '../../routing/targets/cache-affinity-key.ts';
import type { CacheAffinity } from '../../routing/targets/prompt-cache-affinity.ts';
import { messagesWithoutAccountBoundThinking } from '../../translation/history/account-bound-thinking.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import type { RoutableCall } from './routable-call.ts';

/** A call of InvokeModel for Claude, in Anthropic's form. Throws 400 if the request cannot be sent as JSON. */
export class MessagesCall<Answer> implements RoutableCall<Answer> {
  readonly route: Route;
  readonly operation: UpstreamOperation<Answer>;
  readonly headers: UpstreamRequest['headers'];
  readonly body: Buffer;
  private readonly message: JsonObject;

  constructor(
    route: Route,
    operation: UpstreamOperation<Answer>,
    { body, headers }: { body: JsonObject; headers?: UpstreamRequest['headers'] },
  ) {
    this.route = route;
    this.operation = operation;
    this.headers = headers;
    this.message = body;
    this.body = jsonBody(body);
  }

  cacheAffinity(): CacheAffinity | undefined {
    return messagesCacheAffinity(this.route.model, this.message);
  }

  promptSize(): PromptSize {
    return messagesPromptSizeOf(this.message, this.body.length);
  }

  crossAccountBody(): object | undefined {
    return messagesWithoutAccountBoundThinking(this.message, this.route.model);
  }
}
