import type { Dialect } from '../../dialect.ts';
import { mediaReferences } from '../invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from '../types.ts';
import { messagesRequest } from './request/messages-request.ts';
import { type MessagesAnswer, messagesResponse } from './answer/messages-response.ts';
import { messagesStream } from './answer/messages-frames.ts';

/** `/v1/messages` for models that do not speak Anthropic's words themselves. */
export const messagesDialect: Dialect<MessagesRequest, MessagesAnswer> = {
  name: 'messages',
  mediaReferences,
  toConverse: messagesRequest,
  toAnswer: messagesResponse,
  toFrames: messagesStream,
};
