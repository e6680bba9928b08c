import { type InvokedMessage, parseInvokedMessage } from '../../bedrock/operations/invoked-message.ts';
import { Injectable } from '@nestjs/common';
import { isFormatRejection } from '../../bedrock/errors/schema-rejections.ts';
import { INVOKE, type InvokeAnswer, MESSAGES_STREAM } from '../../bedrock/operations/upstream-operation.ts';
import { invokeCountInput, TokenCountService } from '../../bedrock/operations/token-count.service.ts';
import { jsonBody } from '../../bedrock/transport/unsendable.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayError } from '../../errors/errors.ts';
import { AnswerStream } from '../../wire/answer-stream.ts';
import type { Route } from '../../models/types/model.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import { requireChatModel } from '../../models/types/require-purpose.ts';
import type {
  MessagesHeaderFields,
  MessagesTranslation,
} from '../../translation/anthropic/invoke-model/request/invoke-body.ts';
import { eventsOfMessage } from '../../translation/anthropic/invoke-model/answer/messages-answer-events.ts';
import { estimateMessages } from '../../translation/anthropic/messages-estimate.ts';
import {
  RestoredEvents,
  restoredContent,
  type RenamedInMessages,
} from '../../translation/anthropic/invoke-model/answer/messages-restored.ts';
import {
  textOfAnthropicEvent,
  anthropicEventToFrame,
} from '../../translation/anthropic/invoke-model/answer/messages-stream.ts';
import { messagesDialect } from '../../translation/anthropic/converse/messages-dialect.ts';
import { MessagesUsageReader, usageOfMessage } from '../../translation/anthropic/invoke-model/answer/messages-usage.ts';
import type { CountTokensRequest, MessagesRequest } from '../../translation/anthropic/types.ts';
import { TranslationService } from '../../translation/translation.service.ts';
import { AccountingService } from '../accounting/accounting.service.ts';
import { FallbackModels } from '../attempts/fallback-models.service.ts';
import type { HistoryConcessions } from '../../translation/history/history-concessions.ts';
import { HistoryConcessionsService } from '../attempts/history-concessions.service.ts';
import { InferenceService } from '../inference.service.ts';
import { StructuredOutputService } from '../structured/structured-output.service.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import { reportAdjustments } from '../report-adjustments.ts';
import { BetaConcessionsService } from '../attempts/beta-concessions.service.ts';
import { conformingMessage, type FormatByPrompt, formatByPrompt } from './refused-format.ts';
import { MessagesCall } from '../upstream/messages-call.ts';
import { UpstreamService } from '../upstream/upstream.service.ts';
import type { EventBatches } from '../../bedrock/transport/event-batches.ts';
import type { MessagesEvent } from '../../wire/messages-events.ts';

/** InvokeModel wants `max_tokens`; the count does not depend on it. More than any budget of thinking. */
const TOKENS_TO_COUNT_WITH = 64_000;

/** The role lacks `bedrock:CountTokens`, or the model turns out to have no count. What is wrong with the body stays so. */
function isNotCounted({ code }: GatewayError): boolean {
  return code === 'model_access_denied' || code === 'model_not_supported' || code === 'tokens_not_counted';
}

/** Concessions that change nothing of a body of InvokeModel: it shows the pages of PDFs without citations. */
const OF_CONVERSE: readonly (keyof HistoryConcessions)[] = ['pdfPages'];

/**
 * The way of a request in Anthropic's words: for Claude the conductor's steps in their order, without a translation
 * between; for the others the conductor himself.
 */
@Injectable()
export class MessagesService {
  constructor(
    private readonly models: ModelRegistryService,
    private readonly translation: TranslationService,
    private readonly upstream: UpstreamService,
    private readonly usage: AccountingService,
    private readonly fallbacks: FallbackModels,
    private readonly inference: InferenceService,
    private readonly tokens: TokenCountService,
    private readonly history: HistoryConcessionsService,
    private readonly betas: BetaConcessionsService,
    private readonly structured: StructuredOutputService,
    private readonly metrics: MetricsService,
  ) {}

  /** A message of Anthropic's as Bedrock gave it, or a body that streams its events. */
  async create(request: MessagesRequest, head: MessagesHeaderFields, context: RequestContext): Promise<object> {
    const asked = this.models.resolve(request.model, context.caller);
    context.header('request-id', context.id);
    return this.fallbacks.through(asked, context, (route, context) => this.answer(request, head, route, context));
  }

  private async answer(
    request: MessagesRequest,
    head: MessagesHeaderFields,
    route: Route,
    context: RequestContext,
  ): Promise<object> {
    requireChatModel(route);
    if (!speaksMessages(route)) {
      return this.inference.runAlong(route, messagesDialect, withFlags(request, head), context);
    }
    try {
      return await this.prepared({ request, head, route, context }, (translation) =>
        this.send(request, translation, route, context),
      );
    } catch (error) {
      const lesser = formatByPrompt(error, request);
      if (lesser === undefined) throw error;
      this.metrics.requestRetried('schema_refused');
      return this.answerByPrompt(lesser, { request, head, route, context });
    }
  }

  /** Asks for the format in the system prompt. The answer is whole before it is checked, so a stream brings it at once. */
  private async answerByPrompt({ request, use, notes }: FormatByPrompt, given: Preparing): Promise<object> {
    const { route, context } = given;
    const contract = await this.structured.contractOf(use, context);
    return this.prepared({ ...given, request }, async ({ body, headers, adjusted, renamed }) => {
      reportAdjustments(context, route, [...adjusted, ...notes, 'output_config.format=prompt']);
      context.contentLog?.asked(context, body);
      const message = await this.whole(new MessagesCall(route, INVOKE, { body, headers }), context, {
        renamed,
        by: 'prompt',
      });
      const answer = contract ? await conformingMessage(message, contract, context) : message;
      return request.stream ? this.replayed(answer, context) : answer;
    });
  }

  private replayed(answer: object, context: RequestContext): AnswerStream<MessagesEvent> {
    context.report.stream = true;
    const frames = eventsOfMessage({ ...answer }).map(anthropicEventToFrame);
    return new AnswerStream<MessagesEvent>({
      streams: [],
      frames: () => [],
      end: () => frames,
      onClose: () => undefined,
    });
  }

  /** `send` may be called again with another translation, where Bedrock refuses a part of the request. */
  private prepared<Result>(
    { request, head, route, context, operation = 'create' }: Preparing,
    send: (translation: MessagesTranslation) => Promise<Result>,
  ): Promise<Result> {
    const { model } = route;
    return this.history.inTurn(
      model,
      context,
      async (history) => {
        const translation = await this.translation.prepareMessages(request, head, route, context, history);
        const { anthropic_beta: flags = [] } = translation.body as { anthropic_beta?: readonly string[] };
        return this.betas.inTurn(model, context, { flags, operation }, async (kept) => {
          if (kept === 'sent') return send(translation);
          const fewer = { ...history, betas: 'refused' } as const;
          return send(await this.translation.prepareMessages(request, head, route, context, fewer));
        });
      },
      OF_CONVERSE,
    );
  }

  private send(
    request: MessagesRequest,
    { body, headers, adjusted, renamed }: MessagesTranslation,
    route: Route,
    context: RequestContext,
  ): Promise<object> {
    reportAdjustments(context, route, adjusted);
    context.contentLog?.asked(context, body);
    if (request.stream)
      return this.stream(new MessagesCall(route, MESSAGES_STREAM, { body, headers }), context, renamed);
    return this.whole(new MessagesCall(route, INVOKE, { body, headers }), context, { renamed, by: 'itself' });
  }

  /**
   * Tokens of a request: counted by Bedrock where it counts for the model, else estimated, which `x-outcrop-adjusted`
   * tells as `input_tokens=estimated`.
   */
  async countTokens(
    request: CountTokensRequest,
    head: MessagesHeaderFields,
    context: RequestContext,
  ): Promise<{ input_tokens: number }> {
    const route = this.models.resolve(request.model, context.caller);
    context.header('request-id', context.id);
    requireChatModel(route);
    context.contentLog?.asked(context, request);
    const whole = { ...request, max_tokens: Math.min(TOKENS_TO_COUNT_WITH, route.model.rules.maxOutputTokens) };
    if (!speaksMessages(route)) {
      // Refuses what creating would refuse, too.
      const { adjusted } = await this.translation.prepare(messagesDialect, withFlags(whole, head), route, context);
      reportAdjustments(context, route, [...adjusted, 'input_tokens=estimated']);
      return { input_tokens: estimateMessages({ ...request }, route.model.rules) };
    }
    return this.prepared({ request: whole, head, route, context, operation: 'count' }, async ({ body, adjusted }) => {
      const counted = await this.counted(route, jsonBody(body), context);
      reportAdjustments(context, route, counted === undefined ? [...adjusted, 'input_tokens=estimated'] : adjusted);
      return { input_tokens: counted ?? estimateMessages(body, route.model.rules) };
    });
  }

  /** Undefined where Bedrock does not count: for this model, or for this role. */
  private async counted(route: Route, body: Buffer, context: RequestContext): Promise<number | undefined> {
    if (!route.model.rules.countsTokens) return undefined;
    try {
      return await context.once('count', () => this.tokens.count(route, invokeCountInput(body), context));
    } catch (error) {
      if (error instanceof GatewayError && (isNotCounted(error) || isFormatRejection(error))) return undefined;
      throw error;
    }
  }

  private async whole(
    sent: MessagesCall<InvokeAnswer>,
    context: RequestContext,
    { renamed, by }: { renamed: RenamedInMessages | undefined; by: 'itself' | 'prompt' },
  ): Promise<InvokedMessage> {
    const message = await context.once(`message by ${by}`, async () => {
      const served = await this.upstream.send(sent, context);
      const answer = parseInvokedMessage(served.body.body);
      this.usage.book(context, sent.route, served, usageOfMessage(answer.usage));
      return answer;
    });
    this.usage.record(context, [usageOfMessage(message.usage)]);
    context.contentLog?.answered(context, message.content);
    return renamed ? { ...message, content: restoredContent(message.content, renamed) } : message;
  }

  private async stream(
    sent: MessagesCall<EventBatches<MessagesEvent>>,
    context: RequestContext,
    renamed?: RenamedInMessages,
  ): Promise<AnswerStream<MessagesEvent>> {
    context.report.stream = true;
    const served = await this.upstream.send(sent, context);
    const meter = this.usage.tally(context, sent.route, served, new MessagesUsageReader());
    const content = context.contentLog?.stream(context, textOfAnthropicEvent);
    const restored = renamed && new RestoredEvents(renamed);
    return new AnswerStream({
      streams: [served.body],
      frames: (batch) => {
        meter.read(batch, 0);
        content?.read(batch);
        return restored
          ? batch.flatMap((event) => restored.onEvent(event).map(anthropicEventToFrame))
          : batch.map(anthropicEventToFrame);
      },
      end: () => [],
      onClose: () => {
        meter.settle();
        content?.end();
      },
    });
  }
}

/** A request in Anthropic's form before its translation. */
interface Preparing {
  request: MessagesRequest;
  head: MessagesHeaderFields;
  route: Route;
  context: RequestContext;
  operation?: 'create' | 'count';
}

/** The others are asked in Converse's words. */
function speaksMessages({ model }: Route): boolean {
  return model.rules.family === 'claude';
}

/** The flags of the header are told like those of the body. */
function withFlags<Request extends object>(request: Request, { betas }: MessagesHeaderFields): Request {
  return betas === undefined ? request : { ...request, anthropic_beta: betas };
}
