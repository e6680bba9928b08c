import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import type { MessagesHeaderFields } from '../../translation/anthropic/invoke-model/request/invoke-body.ts';
import type { MessagesRequest } from '../../translation/anthropic/types.ts';
import { DialectPreparers } from '../converse/dialect-preparers.service.ts';
import { InferenceService } from '../inference.service.ts';
import { MessagesPreparer } from './messages-preparer.ts';

/** Answers requests of Anthropic's Messages API. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly inference: InferenceService,
    private readonly services: DialectPreparers,
  ) {}

  /** Returns Anthropic's message, or an AnswerStream of its events. Throws as `InferenceService.run` does. */
  create(request: MessagesRequest, head: MessagesHeaderFields, context: RequestContext): Promise<object> {
    context.header('request-id', context.id);
    return this.inference.run(new MessagesPreparer(head, this.services), request, context);
  }
}
