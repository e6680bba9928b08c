import type { Dialect } from '../dialect.ts';
import { callReference } from './responses-calls.ts';
import type { ResponsesAnswer } from './responses-envelope.ts';
import { mediaReferences } from './responses-media-references.ts';
import { responsesRequest, type ResponsesRequest } from './responses-request.ts';
import { responsesResponse } from './responses-response.ts';
import { responsesStream } from './responses-stream.ts';
import { listOf } from './responses-tool-kinds.ts';

/** `/v1/responses`. */
export const responsesDialect: Dialect<ResponsesRequest, ResponsesAnswer> = {
  name: 'responses',
  mediaReferences: ({ input }, model) => mediaReferences(input, model),
  callReferences: ({ input }) => listOf(input).flatMap((item) => callReference(item) ?? []),
  toConverse: responsesRequest,
  toAnswer: responsesResponse,
  toFrames: responsesStream,
};
