import type { Dialect } from '../dialect.ts';
import { responsesToolCallRef } from './request/read-tool-items.ts';
import type { ResponseObject } from './answer/response-object.ts';
import { responsesMediaReferences } from './request/responses-media-references.ts';
import { responsesRequest } from './request/responses-request.ts';
import { responsesResponse, type ResponseStorage } from './answer/responses-response.ts';
import { responsesStream } from './answer/responses-stream.ts';
import { asArray } from './request/tools/responses-tool-kinds.ts';
import type { ResponsesRequest } from './responses-request.types.ts';

/** `/v1/responses`, for requests whose answer is not stored. */
export const responsesDialect: Dialect<ResponsesRequest, ResponseObject> = {
  name: 'responses',
  mediaReferences: ({ input }, model) => responsesMediaReferences(input, model),
  callReferences: ({ input }) => asArray(input).flatMap((item) => responsesToolCallRef(item) ?? []),
  toConverse: responsesRequest,
  toAnswer: (outputs, request, reply) => responsesResponse(outputs, request, reply),
  toFrames: (request, reply) => responsesStream(request, reply),
};

/**
 * Returns the dialect of `/v1/responses` for a request that continues a stored response, or whose answer is stored.
 *
 * @param conversation - the request with the stored conversation before its input, for the model
 * @param save - receives the response when it ends, also if it failed; undefined if it is not stored
 */
export function storingDialect(
  conversation: ResponsesRequest,
  save: ResponseStorage['save'],
): Dialect<ResponsesRequest, ResponseObject> {
  const storage = { conversation, save };
  return {
    name: 'responses',
    mediaReferences: (_request, model) => responsesMediaReferences(conversation.input, model),
    callReferences: () => responsesDialect.callReferences?.(conversation) ?? [],
    toConverse: (_request, options) => responsesRequest(conversation, options),
    toAnswer: (outputs, request, reply) => responsesResponse(outputs, request, reply, storage),
    toFrames: (request, reply) => responsesStream(request, reply, storage),
  };
}
