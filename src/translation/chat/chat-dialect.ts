import type { ChatCompletion } from 'openai/resources/chat/completions';

import type { Dialect } from '../dialect.ts';
import { mediaReferences } from './chat-media-references.ts';
import { chatRequest, type ChatRequest } from './chat-request.ts';
import { chatResponse } from './chat-response.ts';
import { chatStream } from './chat-stream.ts';
import { callReferences } from './chat-tool-messages.ts';

/** `/v1/chat/completions`. */
export const chatDialect: Dialect<ChatRequest, ChatCompletion> = {
  name: 'chat',
  mediaReferences: (request, model) => mediaReferences(request.messages, model),
  callReferences: ({ messages }) => messages.flatMap(callReferences),
  toConverse: chatRequest,
  toAnswer: chatResponse,
  toFrames: chatStream,
};
