import { Injectable, Logger } from '@nestjs/common';
import type { CompactedResponse } from 'openai/resources/responses/responses';
import type { RequestContext } from '../../request/request-context.ts';
import { badRequest } from '../../errors/errors.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import type { ConverseEvent } from '../../wire/converse.ts';
import { compactDialect } from '../../translation/openai-responses/compact-dialect.ts';
import { storingDialect, responsesDialect } from '../../translation/openai-responses/responses-dialect.ts';
import type { ResponseObject } from '../../translation/openai-responses/answer/response-object.ts';
import { InferenceService } from '../inference.service.ts';
import { PromptTokenService } from '../prompt-token.service.ts';
import { BackgroundResponsesService } from './background-responses.service.ts';
import { toInputItems } from './input-items.ts';
import { StoredResponsesService } from './stored-responses.service.ts';
import type { ResponsesRequest } from '../../translation/openai-responses/responses-request.types.ts';

/** Responses as they are asked for: alone, or as part of what is kept. */
@Injectable()
export class ResponsesService {
  private readonly logger = new Logger(ResponsesService.name);

  constructor(
    private readonly inference: InferenceService,
    private readonly stored: StoredResponsesService,
    private readonly background: BackgroundResponsesService,
    private readonly tokens: PromptTokenService,
  ) {}

  async create(
    request: ResponsesRequest,
    context: RequestContext,
  ): Promise<ResponseObject | AnswerStream<ConverseEvent>> {
    // Without a store the dialect itself says what cannot be.
    if (!this.stored.isOn) return this.inference.handle(responsesDialect, request, context);
    const conversation = await this.stored.conversation(request, context);
    if (request.background) return this.inBackground(request, conversation, context);
    // OpenAI keeps what does not say otherwise.
    if (request.store === false)
      return this.inference.handle(storingDialect(conversation, undefined), request, context);

    let finished: ResponseObject | undefined;
    const input = toInputItems(conversation.input);
    const keep = (response: ResponseObject): void => {
      finished = response;
      if (request.stream) void this.keep(response, input, context);
    };
    const answer = await this.inference.handle(storingDialect(conversation, keep), request, context);
    if (answer instanceof AnswerStream || finished === undefined) return answer;
    return (await this.keep(finished, input, context)) ? answer : { ...answer, store: false };
  }

  /** Tokens of the prompt that the request would be. */
  async countTokens(request: ResponsesRequest, context: RequestContext): Promise<number> {
    return this.tokens.count(responsesDialect, await this.conversationOf(request, context), context);
  }

  async compact(request: ResponsesRequest, context: RequestContext): Promise<CompactedResponse> {
    const conversation = await this.conversationOf(request, context);
    const answer = await this.inference.handle(compactDialect(conversation), { ...request, stream: false }, context);
    // Not streamed, hence an answer and no body.
    return answer as CompactedResponse;
  }

  private async conversationOf(request: ResponsesRequest, context: RequestContext): Promise<ResponsesRequest> {
    return this.stored.isOn ? this.stored.conversation(request, context) : request;
  }

  private inBackground(
    request: ResponsesRequest,
    conversation: ResponsesRequest,
    context: RequestContext,
  ): Promise<ResponseObject> {
    if (request.store === false) throw badRequest('background needs store.', 'store');
    if (request.stream) throw badRequest('background responses are not streamed: ask for them by id.', 'stream');
    return context.once('background', () => this.background.start(request, conversation, context));
  }

  /** An answer is an answer whether it can be kept or not. */
  private async keep(
    response: ResponseObject,
    input: ReturnType<typeof toInputItems>,
    context: RequestContext,
  ): Promise<boolean> {
    const kept = await this.stored.keep({ response, input }, context);
    if (!kept)
      this.logger.warn({ requestId: context.id, msg: 'the response could not be kept', responseId: response.id });
    return kept;
  }
}
