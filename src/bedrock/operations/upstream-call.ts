import type { Route } from '../../models/types/model.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { UpstreamRequest } from '../transport/transport.ts';
import type { UpstreamOperation } from './upstream-operation.ts';

/** A call of Bedrock that any target of its route can be sent. */
export interface UpstreamCall<Answer> {
  readonly route: Route;
  readonly operation: UpstreamOperation<Answer>;
  readonly body: Buffer;
  /** Headers of Bedrock's own. */
  readonly headers?: UpstreamRequest['headers'];
  /** The body as a Converse request, for the span; absent for bodies of another form. */
  readonly converse?: ConverseRequest;
}
