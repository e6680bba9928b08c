import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import { BilledFailure } from '../../bedrock/operations/billed-failure.ts';
import { GuardrailService, type GuardrailRef } from '../../bedrock/operations/guardrail.service.ts';
import { AccountingService } from '../../inference/accounting/accounting.service.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { GatewayError } from '../../errors/errors.ts';
import { residencyDenied } from '../../models/access/access-refusal.ts';
import { ruleAgainstRegion } from '../../models/access/residency.ts';
import { type ParallelCalls, UpstreamCalls } from '../../admission/upstream-calls.service.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { RetryInterceptor } from '../../http/retry/retry.interceptor.ts';
import {
  applyGuardrailBody,
  moderationResult,
  moderationsRequest,
} from '../../translation/openai-moderations/moderations.ts';
import { rejectUnsupportedFields } from '../../translation/parameters/reject-unsupported-fields.ts';
import { reportAdjusted } from '../../inference/report-adjustments.ts';
import { ModerationsRequestDto } from './moderations.dto.ts';

/** Maximum number of texts of one request that are checked concurrently. */
const MAX_CONCURRENT = 4;
const PARALLEL_CALLS: ParallelCalls = { reason: 'inputs', param: 'input', maxConcurrent: MAX_CONCURRENT };

/** OpenAI's moderations, implemented with the configured Bedrock guardrail. */
@Controller('v1/moderations')
@UseInterceptors(RetryInterceptor)
export class ModerationsController {
  constructor(
    private readonly guardrails: GuardrailService,
    private readonly config: GatewayConfig,
    private readonly calls: UpstreamCalls,
    private readonly accounting: AccountingService,
  ) {}

  @Post()
  @HttpCode(200)
  async create(@Body() request: ModerationsRequestDto, @CurrentContext() context: RequestContext) {
    const access = context.caller?.access;
    const { id, version } = access?.guardrail ?? this.config.guardrail;
    if (id === undefined) throw notConfigured();
    const rule = access && ruleAgainstRegion(access, regionOf(this.config.bedrock));
    if (rule !== undefined) throw residencyDenied(rule, 'moderations', null);
    const { texts, adjusted } = moderationsRequest(request, this.config);
    rejectUnsupportedFields(adjusted, this.config, 'moderations');
    reportAdjusted(context, adjusted);
    context.contentLog?.recordRequest(context, texts);
    const answers = await this.calls.each(texts, context, PARALLEL_CALLS, (text, index) =>
      context.once(`text${index}`, () => this.check({ id, version }, text, context)),
    );
    this.accounting.reportCost(context);
    context.contentLog?.recordAnswer(context, answers);
    return {
      id: `modr-${context.id}`,
      model: request.model ?? 'bedrock-guardrail',
      results: answers.map(moderationResult),
    };
  }

  private async check(guardrail: GuardrailRef, text: string, context: RequestContext) {
    const called = { id: guardrail.id, region: regionOf(this.config.bedrock) };
    try {
      const answer = await this.guardrails.apply(guardrail, applyGuardrailBody(text), context);
      this.accounting.settleGuardrail(answer, called, context);
      return answer;
    } catch (failure) {
      if (!(failure instanceof BilledFailure)) throw failure;
      const { upstreamRequestId } = failure;
      this.accounting.settleUnansweredGuardrail({ characters: text.length, upstreamRequestId }, called, context);
      throw failure.failure;
    }
  }
}

function notConfigured(): GatewayError {
  return new GatewayError({
    code: 'moderations_not_configured',
    message: 'Moderations need a guardrail, and this gateway has none: set guardrail.id.',
    shouldRetry: false,
  });
}
