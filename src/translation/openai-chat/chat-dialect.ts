import type { ChatCompletion } from 'openai/resources/chat/completions';

import type { Dialect } from '../dialect.ts';
import { chatMediaReferences } from './request/chat-media-references.ts';
import { chatRequest } from './request/chat-request.ts';
import { responsesDialect } from '../openai-responses/responses-dialect.ts';
import { isResponsesBody, responsesBodyRequest } from './request/chat-responses-body.ts';
import { chatResponse } from './answer/chat-response.ts';
import { chatStream } from './answer/chat-stream.ts';
import { chatToolCallRefs } from './request/chat-tool-messages.ts';
import type { ChatRequest } from './chat-request.types.ts';

/** `/v1/chat/completions`. Also accepts the body of the Responses API, which some editors send to this path. */
export const chatDialect: Dialect<ChatRequest, ChatCompletion> = {
  name: 'chat',
  mediaReferences: (request, model) =>
    isResponsesBody(request)
      ? responsesDialect.mediaReferences!(request, model)
      : chatMediaReferences(request.messages, model),
  callReferences: (request) =>
    isResponsesBody(request) ? responsesDialect.callReferences!(request) : request.messages.flatMap(chatToolCallRefs),
  toConverse: (request, options) =>
    isResponsesBody(request) ? responsesBodyRequest(request, options) : chatRequest(request, options),
  toAnswer: chatResponse,
  toFrames: chatStream,
};
