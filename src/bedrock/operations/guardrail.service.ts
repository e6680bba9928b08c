import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { CallAttribution } from '../attribution/call-attribution.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import { billedFailureOf } from './billed-failure.ts';
import type { InvokeAnswer } from './upstream-operation.ts';
import { parseJsonAnswer } from '../transport/parse-json-answer.ts';
import { postSignedForText } from '../transport/post-signed-for-text.ts';
import { jsonBody, pathPart } from '../transport/unsendable.ts';
import type { UpstreamRequest } from '../transport/transport.ts';
import type { GuardrailAnswer } from '../../wire/guardrail.ts';

/** A guardrail of Bedrock. */
export interface GuardrailRef {
  /** Id or ARN. */
  id: string;
  version: string;
}

/** Client of ApplyGuardrail, which evaluates a guardrail without a model. IAM action `bedrock:ApplyGuardrail`. */
@Injectable()
export class GuardrailService {
  constructor(
    private readonly sessions: AwsSessions,
    private readonly config: GatewayConfig,
    private readonly attribution: CallAttribution,
  ) {}

  /**
   * Applies a guardrail in the gateway's region. Throws GatewayError with the codes of `bedrock-errors.ts`, or a
   * BilledFailure that contains it.
   */
  async apply({ id, version }: GuardrailRef, body: object, context: RequestContext): Promise<GuardrailAnswer> {
    const place = { region: regionOf(this.config.bedrock) };
    const identity = await this.attribution.identityFor(place, context);
    const session = this.sessions.of(place);
    const request: UpstreamRequest = {
      path: `/guardrail/${pathPart(id, 'model')}/version/${pathPart(version, 'model')}/apply`,
      body: jsonBody(body),
      accept: 'application/json',
      identity,
      signal: context.signal,
      clocks: this.config.bedrock.timeouts,
    };
    let answer: InvokeAnswer;
    try {
      answer = await postSignedForText(this.sessions.pool, session, request);
    } catch (failure) {
      throw billedFailureOf(failure, request) ?? failure;
    }
    const { requestId } = answer.head;
    context.report.upstreamRequestId = requestId;
    if (requestId) context.header('x-amzn-requestid', requestId);
    const parsed = parseJsonAnswer<GuardrailAnswer>(answer.body, (body) => typeof body?.action === 'string');
    return { ...parsed, upstreamRequestId: requestId };
  }
}
