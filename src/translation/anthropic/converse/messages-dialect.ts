import type { Dialect } from '../../dialect.ts';
import { invokeMediaReferences } from '../invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from '../types.ts';
import { messagesRequest } from './request/messages-request.ts';
import { type AnthropicMessage, messagesResponse } from './answer/messages-response.ts';
import { messagesStream } from './answer/messages-frames.ts';

/** Translators of `/v1/messages` for models other than Claude. */
export const messagesDialect: Dialect<MessagesRequest, AnthropicMessage> = {
  name: 'messages',
  mediaReferences: invokeMediaReferences,
  toConverse: messagesRequest,
  toAnswer: messagesResponse,
  toFrames: messagesStream,
};
