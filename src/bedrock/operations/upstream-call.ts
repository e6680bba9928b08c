import type { Route } from '../../models/types/model.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { UpstreamRequest } from '../transport/transport.ts';
import type { UpstreamOperation } from './upstream-operation.ts';

/** A call of Bedrock that can be sent to any target of its route. */
export interface UpstreamCall<Answer> {
  readonly route: Route;
  readonly operation: UpstreamOperation<Answer>;
  readonly body: Buffer;
  /** Bedrock's own headers (`x-amzn-bedrock-…`). */
  readonly headers?: UpstreamRequest['headers'];
  /** The body as a Converse request, for the span. Absent if the body has another form. */
  readonly converse?: ConverseRequest;
}
