import { Injectable } from '@nestjs/common';
import { isFormatRejection } from '../../bedrock/errors/schema-rejections.ts';
import { invokeCountInput, TokenCountService } from '../../bedrock/operations/token-count.service.ts';
import { jsonBody } from '../../bedrock/transport/unsendable.ts';
import { GatewayError } from '../../errors/errors.ts';
import type { Route } from '../../models/types/model.ts';
import { requireChatModel } from '../../models/types/require-purpose.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { messagesDialect } from '../../translation/anthropic/converse/messages-dialect.ts';
import type { MessagesHeaderFields } from '../../translation/anthropic/invoke-model/request/invoke-body.ts';
import { estimateMessages } from '../../translation/anthropic/messages-estimate.ts';
import type { CountTokensRequest, MessagesRequest } from '../../translation/anthropic/types.ts';
import { TranslationService } from '../../translation/translation.service.ts';
import { AttemptPlanner } from '../attempts/attempt-planner.service.ts';
import type { ModelRequirements, PlannedAttempt } from '../attempts/request-preparer.ts';
import { countingRoute } from '../counting-route.ts';
import { reportAdjustments } from '../report-adjustments.ts';
import { isClaude, withFlags } from './messages-preparer.ts';
import { PreparedMessages } from './prepared-messages.ts';

/**
 * Value of `max_tokens`, which InvokeModel requires. It does not affect the count, but must exceed every thinking
 * budget.
 */
const MAX_TOKENS_TO_COUNT_WITH = 64_000;

/** Tokens depend on the model, so a count for another model would be wrong. */
const REQUIREMENTS: ModelRequirements = {
  requireModel: requireChatModel,
  allowsFallback: () => false,
  operationOf: () => 'count',
};

/** Counts the tokens of requests of Anthropic's Messages API before they are sent. */
@Injectable()
export class MessageTokensService {
  constructor(
    private readonly planner: AttemptPlanner,
    private readonly translation: TranslationService,
    private readonly tokens: TokenCountService,
  ) {}

  /**
   * Returns the count of Bedrock if it counts for the model, else an estimate, which `x-outcrop-adjusted` reports as
   * `input_tokens=estimated`. Throws the same errors as a request to create the message.
   */
  async count(
    request: CountTokensRequest,
    head: MessagesHeaderFields,
    context: RequestContext,
  ): Promise<{ input_tokens: number }> {
    context.header('request-id', context.id);
    const fullRequest: MessagesRequest = { ...request, max_tokens: MAX_TOKENS_TO_COUNT_WITH };
    const plan = this.planner.plan(REQUIREMENTS, fullRequest, context);
    const { maxOutputTokens } = plan.current.route.model.rules;
    fullRequest.max_tokens = Math.min(MAX_TOKENS_TO_COUNT_WITH, maxOutputTokens);
    context.contentLog?.recordRequest(context, request);
    if (!isClaude(plan.current.route)) return this.estimate(fullRequest, head, plan.current);
    for (;;) {
      let prepared: PreparedMessages | undefined;
      try {
        const translation = await this.translation.prepareMessages(fullRequest, head, plan.current);
        prepared = new PreparedMessages(fullRequest, translation, plan.current, 'count');
        const tokens = await this.countPrepared(prepared);
        plan.succeed(prepared);
        return { input_tokens: tokens };
      } catch (failure) {
        plan.advance(failure, prepared);
      }
    }
  }

  private async estimate(
    request: MessagesRequest,
    head: MessagesHeaderFields,
    entry: PlannedAttempt,
  ): Promise<{ input_tokens: number }> {
    const { route, context } = entry;
    const { adjusted } = await this.translation.prepare(messagesDialect, withFlags(request, head), entry);
    reportAdjustments(context, route, [...adjusted, 'input_tokens=estimated']);
    return { input_tokens: estimateMessages({ ...request }, route.model.rules) };
  }

  private async countPrepared({ route, context, translation }: PreparedMessages): Promise<number> {
    const { body, adjusted } = translation;
    const counted = await this.counted(route, jsonBody(body), context);
    reportAdjustments(context, route, counted === undefined ? [...adjusted, 'input_tokens=estimated'] : adjusted);
    return counted ?? estimateMessages(body, route.model.rules);
  }

  /** Returns undefined if Bedrock does not count: for this model, this role, or the data policy of the caller. */
  private async counted(route: Route, body: Buffer, context: RequestContext): Promise<number | undefined> {
    if (!route.model.rules.countsTokens) return undefined;
    const counting = countingRoute(route, context.caller);
    if (counting === undefined) return undefined;
    try {
      return await context.once('count', () => this.tokens.count(counting, invokeCountInput(body), context));
    } catch (error) {
      if (error instanceof GatewayError && (isNotCounted(error) || isFormatRejection(error))) return undefined;
      throw error;
    }
  }
}

/** Returns true if the role lacks `bedrock:CountTokens`, or the model does not support CountTokens. */
function isNotCounted({ code }: GatewayError): boolean {
  return code === 'model_access_denied' || code === 'model_not_supported' || code === 'tokens_not_counted';
}
