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

/** Answers requests of the Responses API, with stored responses if the store is on. */
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
    // Without a store, the dialect rejects fields that need one.
    if (!this.stored.isOn) return this.inference.handle(responsesDialect, request, context);
    const conversation = await this.stored.conversation(request, context);
    if (request.background) return this.inBackground(request, conversation, context);
    // As in OpenAI's API, responses are stored by default.
    if (request.store === false)
      return this.inference.handle(storingDialect(conversation, undefined), request, context);

    let finished: ResponseObject | undefined;
    const input = toInputItems(conversation.input);
    const save = (response: ResponseObject): void => {
      finished = response;
      if (request.stream) void this.save(response, input, context);
    };
    const answer = await this.inference.handle(storingDialect(conversation, save), request, context);
    if (answer instanceof AnswerStream || finished === undefined) return answer;
    return (await this.save(finished, input, context)) ? answer : { ...answer, store: false };
  }

  /** Returns the number of tokens of the prompt. */
  async countTokens(request: ResponsesRequest, context: RequestContext): Promise<number> {
    return this.tokens.count(responsesDialect, await this.conversationOf(request, context), context);
  }

  async compact(request: ResponsesRequest, context: RequestContext): Promise<CompactedResponse> {
    const conversation = await this.conversationOf(request, context);
    const answer = await this.inference.handle(compactDialect(conversation), { ...request, stream: false }, context);
    // The request is not streamed, so the result is a response object.
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
    if (request.store === false)
      throw badRequest('A background response must be stored: omit `store`, or set it to true.', 'store');
    if (request.stream)
      throw badRequest(
        'A background response cannot be streamed: omit `stream`, and read the response by its id.',
        'stream',
      );
    return context.once('background', () => this.background.start(request, conversation, context));
  }

  /** Stores a response. Returns false if that fails. The client receives the response in both cases. */
  private async save(
    response: ResponseObject,
    input: ReturnType<typeof toInputItems>,
    context: RequestContext,
  ): Promise<boolean> {
    const saved = await this.stored.save({ response, input }, context);
    if (!saved)
      this.logger.warn({ requestId: context.id, msg: 'the response could not be stored', responseId: response.id });
    return saved;
  }
}
