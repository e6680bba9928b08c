import type { ChatCompletion } from 'openai/resources/chat/completions';

import type { Dialect } from '../dialect.ts';
import { mediaReferences } from './chat-media-references.ts';
import { chatRequest, type ChatRequest } from './chat-request.ts';
import { responsesDialect } from '../responses/responses-dialect.ts';
import { isResponsesBody, responsesBodyRequest } from './chat-responses-body.ts';
import { chatResponse } from './chat-response.ts';
import { chatStream } from './chat-stream.ts';
import { callReferences } from './chat-tool-messages.ts';

/** `/v1/chat/completions`. */
export const chatDialect: Dialect<ChatRequest, ChatCompletion> = {
  name: 'chat',
  mediaReferences: (request, model) =>
    isResponsesBody(request)
      ? responsesDialect.mediaReferences!(request, model)
      : mediaReferences(request.messages, model),
  callReferences: (request) =>
    isResponsesBody(request) ? responsesDialect.callReferences!(request) : request.messages.flatMap(callReferences),
  toConverse: (request, context) =>
    isResponsesBody(request) ? responsesBodyRequest(request, context) : chatRequest(request, context),
  toAnswer: chatResponse,
  toFrames: chatStream,
};
