import type { Dialect } from '../../dialect.ts';
import { mediaReferences } from '../invoke-model/request/messages-body.ts';
import type { MessagesRequest } from '../messages-wire.ts';
import { messagesRequest } from './request/messages-request.ts';
import { type MessagesAnswer, messagesResponse } from './answer/messages-response.ts';
import { messagesStream } from './answer/messages-stream.ts';

/** `/v1/messages` for models that do not speak Anthropic's words themselves. */
export const messagesDialect: Dialect<MessagesRequest, MessagesAnswer> = {
  name: 'messages',
  mediaReferences,
  toConverse: messagesRequest,
  toAnswer: messagesResponse,
  toFrames: messagesStream,
};
