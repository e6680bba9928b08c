import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { Route } from '../../models/types/model.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import { startUpstreamSpan } from '../tracing/upstream-span.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import { invalidUpstreamAnswer } from '../errors/bedrock-errors.ts';
import { parseJsonAnswer } from '../transport/parse-json-answer.ts';
import { postSignedForText } from '../transport/post-signed-for-text.ts';
import { jsonBody } from '../transport/unsendable.ts';
import { recordUpstreamAnswer, upstreamRequest } from './upstream-request.ts';

const OPERATION = 'count-tokens';

/** Prompt as CountTokens accepts it: a Converse request, or the body of InvokeModel in base64. */
export type CountTokensInput = { converse: object } | { invokeModel: { body: string } };

/** Returns the input of CountTokens for a Converse request. */
export function converseCountInput(request: ConverseRequest): CountTokensInput {
  const { messages, system, toolConfig, additionalModelRequestFields } = request;
  return { converse: { messages, system, toolConfig, additionalModelRequestFields } };
}

/** Returns the input of CountTokens for a body of InvokeModel. */
export function invokeCountInput(body: Buffer): CountTokensInput {
  return { invokeModel: { body: body.toString('base64') } };
}

/**
 * Client of CountTokens, which returns the number of tokens that Bedrock would bill for a prompt. The operation is free. IAM
 * action `bedrock:CountTokens`.
 */
@Injectable()
export class TokenCountService {
  constructor(
    private readonly sessions: AwsSessions,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Returns the number of input tokens. Sends the request to the first target only, with the model's own id, because the
   * operation accepts no inference profiles (service model of bedrock-runtime, 2026-11). Does not affect quotas or the
   * health of targets. Throws GatewayError `tokens_not_counted` for models without a count.
   */
  async count(route: Route, prompt: CountTokensInput, context: RequestContext): Promise<number> {
    const [target] = route.targets;
    if (target === undefined) throw invalidUpstreamAnswer();
    const counted = { ...target, modelId: route.model.id };
    const body = jsonBody({ input: prompt });
    const trace =
      context.trace && startUpstreamSpan(context.trace, { route, target: counted, context, operation: OPERATION });
    const sent = { operation: OPERATION, body, accept: 'application/json', trace };
    const request = upstreamRequest(counted, sent, context, this.config.bedrock.timeouts);
    const startedAt = performance.now();
    const answer = await postSignedForText(this.sessions.pool, this.sessions.of(target), request);
    context.attempts.addMs(performance.now() - startedAt);
    recordUpstreamAnswer(context, target, answer.head);
    trace?.ended();
    const { inputTokens } = parseJsonAnswer<{ inputTokens: number }>(
      answer.body,
      (count) => typeof count?.inputTokens === 'number',
    );
    return inputTokens;
  }
}
