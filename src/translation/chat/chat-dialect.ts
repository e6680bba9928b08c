import type { ChatCompletion } from 'openai/resources/chat/completions';

import type { Dialect } from '../dialect.ts';
import { chatNeeds, chatRequest, type ChatRequest } from './chat-request.ts';
import { chatResponse } from './chat-response.ts';
import { chatStream } from './chat-stream.ts';

/** `/v1/chat/completions`. */
export const chatDialect: Dialect<ChatRequest, ChatCompletion> = {
  name: 'chat',
  needs: chatNeeds,
  toConverse: chatRequest,
  toAnswer: chatResponse,
  toFrames: chatStream,
};
