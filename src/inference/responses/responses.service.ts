import { Injectable, Logger } from '@nestjs/common';
import type { CompactedResponse } from 'openai/resources/responses/responses';
import type { Call } from '../../request/request-context.ts';
import { badRequest } from '../../errors/errors.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import type { ConverseEvent } from '../../wire/converse.ts';
import { compactDialect } from '../../translation/openai-responses/compact-dialect.ts';
import { keepingDialect, responsesDialect } from '../../translation/openai-responses/responses-dialect.ts';
import type { ResponsesAnswer } from '../../translation/openai-responses/answer/response-object.ts';
import { InferenceService } from '../inference.service.ts';
import { PromptTokens } from '../prompt-token.service.ts';
import { BackgroundResponses } from './background-responses.service.ts';
import { itemsOf } from './input-items.ts';
import { StoredResponses } from './stored-responses.service.ts';
import type { ResponsesRequest } from '../../translation/openai-responses/responses-request.types.ts';

/** Responses as they are asked for: alone, or as part of what is kept. */
@Injectable()
export class ResponsesService {
  private readonly logger = new Logger(ResponsesService.name);

  constructor(
    private readonly inference: InferenceService,
    private readonly stored: StoredResponses,
    private readonly background: BackgroundResponses,
    private readonly tokens: PromptTokens,
  ) {}

  async create(request: ResponsesRequest, call: Call): Promise<ResponsesAnswer | AnswerStream<ConverseEvent>> {
    // Without a store the dialect itself says what cannot be.
    if (!this.stored.isOn) return this.inference.run(responsesDialect, request, call);
    const conversation = await this.stored.conversation(request, call);
    if (request.background) return this.inBackground(request, conversation, call);
    // OpenAI keeps what does not say otherwise.
    if (request.store === false) return this.inference.run(keepingDialect(conversation, undefined), request, call);

    let finished: ResponsesAnswer | undefined;
    const input = itemsOf(conversation.input);
    const keep = (response: ResponsesAnswer): void => {
      finished = response;
      if (request.stream) void this.keep(response, input, call);
    };
    const answer = await this.inference.run(keepingDialect(conversation, keep), request, call);
    if (answer instanceof AnswerStream || finished === undefined) return answer;
    return (await this.keep(finished, input, call)) ? answer : { ...answer, store: false };
  }

  /** Tokens of the prompt that the request would be. */
  async countTokens(request: ResponsesRequest, call: Call): Promise<number> {
    return this.tokens.count(responsesDialect, await this.conversationOf(request, call), call);
  }

  async compact(request: ResponsesRequest, call: Call): Promise<CompactedResponse> {
    const conversation = await this.conversationOf(request, call);
    const answer = await this.inference.run(compactDialect(conversation), { ...request, stream: false }, call);
    // Not streamed, hence an answer and no body.
    return answer as CompactedResponse;
  }

  private async conversationOf(request: ResponsesRequest, call: Call): Promise<ResponsesRequest> {
    return this.stored.isOn ? this.stored.conversation(request, call) : request;
  }

  private inBackground(
    request: ResponsesRequest,
    conversation: ResponsesRequest,
    call: Call,
  ): Promise<ResponsesAnswer> {
    if (request.store === false) throw badRequest('background needs store.', 'store');
    if (request.stream) throw badRequest('background responses are not streamed: ask for them by id.', 'stream');
    return call.once('background', () => this.background.start(request, conversation, call));
  }

  /** An answer is an answer whether it can be kept or not. */
  private async keep(response: ResponsesAnswer, input: ReturnType<typeof itemsOf>, call: Call): Promise<boolean> {
    const kept = await this.stored.keep({ response, input }, call);
    if (!kept) this.logger.warn({ requestId: call.id, msg: 'the response could not be kept', responseId: response.id });
    return kept;
  }
}
