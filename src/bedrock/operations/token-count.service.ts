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

/** A prompt in the words of CountTokens: of Converse, or of InvokeModel. */
export type CountTokensInput = { converse: object } | { invokeModel: { body: string } };

export function converseCountInput(request: ConverseRequest): CountTokensInput {
  const { messages, system, toolConfig, additionalModelRequestFields } = request;
  return { converse: { messages, system, toolConfig, additionalModelRequestFields } };
}

export function invokeCountInput(body: Buffer): CountTokensInput {
  return { invokeModel: { body: body.toString('base64') } };
}

/** CountTokens: what Bedrock would bill a prompt for, at no cost. IAM action `bedrock:CountTokens`. */
@Injectable()
export class TokenCountService {
  constructor(
    private readonly sessions: AwsSessions,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Asked of the first target only, by the model's own id: the operation knows no inference profiles (service model of
   * bedrock-runtime, 2026-11). Quotas and the health of targets are not concerned. Throws where the model has no count.
   */
  async count(route: Route, prompt: CountTokensInput, context: RequestContext): Promise<number> {
    const [target] = route.targets;
    if (target === undefined) throw invalidUpstreamAnswer();
    const counted = { ...target, modelId: route.model.id };
    const body = jsonBody({ input: prompt });
    const trace =
      context.trace && startUpstreamSpan(context.trace, { route, target: counted, context, operation: OPERATION });
    const asked = { operation: OPERATION, body, accept: 'application/json', trace };
    const request = upstreamRequest(counted, asked, context, this.config.bedrock.timeouts);
    const answer = await postSignedForText(this.sessions.pool, this.sessions.of(target), request);
    recordUpstreamAnswer(context, target, answer.head);
    trace?.ended();
    const { inputTokens } = parseJsonAnswer<{ inputTokens: number }>(
      answer.body,
      (count) => typeof count?.inputTokens === 'number',
    );
    return inputTokens;
  }
}
