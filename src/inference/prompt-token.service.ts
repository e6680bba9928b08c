import { Injectable } from '@nestjs/common';
import { converseCountInput, TokenCountService } from '../bedrock/operations/token-count.service.ts';
import type { RequestContext } from '../request/request-context.ts';
import { GatewayError } from '../errors/errors.ts';
import { type ParallelCalls, UpstreamCalls } from '../admission/upstream-calls.service.ts';
import type { Route } from '../models/types/model.ts';
import { ModelRegistryService } from '../models/model-registry.service.ts';
import { estimatePrompt } from '../wire/token-estimate.ts';
import type { ConverseRequest } from '../wire/converse.ts';
import type { Dialect, DialectRequest } from '../translation/dialect.ts';
import { countingRoute } from './counting-route.ts';
import { addAdjustment } from './report-adjustments.ts';
import { TranslationService } from '../translation/translation.service.ts';

/** Counts the tokens of prompts before they are sent. */
@Injectable()
export class PromptTokenService {
  constructor(
    private readonly models: ModelRegistryService,
    private readonly translation: TranslationService,
    private readonly tokens: TokenCountService,
    private readonly calls: UpstreamCalls,
  ) {}

  /** Returns the count of Bedrock if it counts for this model, else an estimate, which `x-outcrop-adjusted` reports. */
  async count<Request extends DialectRequest, Answer>(
    dialect: Dialect<Request, Answer>,
    request: Request,
    context: RequestContext,
  ): Promise<number> {
    const route = this.models.resolve(request.model, context.caller);
    context.report.model = route.model.name;
    const { inputs } = await this.translation.prepare(dialect, request, { route, context });
    context.contentLog?.recordRequest(context, inputs);
    const parallelCalls: ParallelCalls = { reason: 'inputs', param: 'input' };
    const counts = await this.calls.each(inputs, context, parallelCalls, async (input) => {
      const counted = await this.counted(route, input, context);
      if (counted !== undefined) return counted;
      addAdjustment(context, 'input_tokens=estimated');
      return Math.ceil(estimatePrompt(input));
    });
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Returns undefined if Bedrock does not count, or the data policy of the caller forbids the call. The gateway sends no call for a model without a count. */
  private async counted(route: Route, input: ConverseRequest, context: RequestContext): Promise<number | undefined> {
    if (!route.model.rules.countsTokens) return undefined;
    const counting = countingRoute(route, context.caller);
    if (counting === undefined) return undefined;
    try {
      return await this.tokens.count(counting, converseCountInput(input), context);
    } catch (error) {
      if (error instanceof GatewayError) return undefined;
      throw error;
    }
  }
}
