import type { Dialect } from '../dialect.ts';
import { callReference } from './request/read-tool-items.ts';
import type { ResponsesAnswer } from './answer/response-object.ts';
import { mediaReferences } from './request/responses-media-references.ts';
import { responsesRequest } from './request/responses-request.ts';
import { responsesResponse, type Keeping } from './answer/responses-response.ts';
import { responsesStream } from './answer/responses-stream.ts';
import { listOf } from './request/tools/responses-tool-kinds.ts';
import type { ResponsesRequest } from './responses-request.types.ts';

/** `/v1/responses`. */
export const responsesDialect: Dialect<ResponsesRequest, ResponsesAnswer> = {
  name: 'responses',
  mediaReferences: ({ input }, model) => mediaReferences(input, model),
  callReferences: ({ input }) => listOf(input).flatMap((item) => callReference(item) ?? []),
  toConverse: responsesRequest,
  toAnswer: (outputs, request, reply) => responsesResponse(outputs, request, reply),
  toFrames: (request, reply) => responsesStream(request, reply),
};

/** The same for a request whose answer is kept, or that goes on from one that was: `conversation` is what the model reads. */
export function keepingDialect(
  conversation: ResponsesRequest,
  keep: Keeping['keep'],
): Dialect<ResponsesRequest, ResponsesAnswer> {
  const keeping = { conversation, keep };
  return {
    name: 'responses',
    mediaReferences: (_request, model) => mediaReferences(conversation.input, model),
    callReferences: () => responsesDialect.callReferences?.(conversation) ?? [],
    toConverse: (_request, context) => responsesRequest(conversation, context),
    toAnswer: (outputs, request, reply) => responsesResponse(outputs, request, reply, keeping),
    toFrames: (request, reply) => responsesStream(request, reply, keeping),
  };
}
