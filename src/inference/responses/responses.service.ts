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

  async create(request: ResponsesRequest, call: RequestContext): Promise<ResponseObject | AnswerStream<ConverseEvent>> {
    // Without a store the dialect itself says what cannot be.
    if (!this.stored.isOn) return this.inference.run(responsesDialect, request, call);
    const conversation = await this.stored.conversation(request, call);
    if (request.background) return this.inBackground(request, conversation, call);
    // OpenAI keeps what does not say otherwise.
    if (request.store === false) return this.inference.run(storingDialect(conversation, undefined), request, call);

    let finished: ResponseObject | undefined;
    const input = toInputItems(conversation.input);
    const keep = (response: ResponseObject): void => {
      finished = response;
      if (request.stream) void this.keep(response, input, call);
    };
    const answer = await this.inference.run(storingDialect(conversation, keep), request, call);
    if (answer instanceof AnswerStream || finished === undefined) return answer;
    return (await this.keep(finished, input, call)) ? answer : { ...answer, store: false };
  }

  /** Tokens of the prompt that the request would be. */
  async countTokens(request: ResponsesRequest, call: RequestContext): Promise<number> {
    return this.tokens.count(responsesDialect, await this.conversationOf(request, call), call);
  }

  async compact(request: ResponsesRequest, call: RequestContext): Promise<CompactedResponse> {
    const conversation = await this.conversationOf(request, call);
    const answer = await this.inference.run(compactDialect(conversation), { ...request, stream: false }, call);
    // Not streamed, hence an answer and no body.
    return answer as CompactedResponse;
  }

  private async conversationOf(request: ResponsesRequest, call: RequestContext): Promise<ResponsesRequest> {
    return this.stored.isOn ? this.stored.conversation(request, call) : request;
  }

  private inBackground(
    request: ResponsesRequest,
    conversation: ResponsesRequest,
    call: RequestContext,
  ): Promise<ResponseObject> {
    if (request.store === false) throw badRequest('background needs store.', 'store');
    if (request.stream) throw badRequest('background responses are not streamed: ask for them by id.', 'stream');
    return call.once('background', () => this.background.start(request, conversation, call));
  }

  /** An answer is an answer whether it can be kept or not. */
  private async keep(
    response: ResponseObject,
    input: ReturnType<typeof toInputItems>,
    call: RequestContext,
  ): Promise<boolean> {
    const kept = await this.stored.keep({ response, input }, call);
    if (!kept) this.logger.warn({ requestId: call.id, msg: 'the response could not be kept', responseId: response.id });
    return kept;
  }
}
