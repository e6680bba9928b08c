import { Injectable } from '@nestjs/common';
import type { Call } from '../../request/request-context.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { regionOf } from '../../config/sections/bedrock-config.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import { readAnswer } from '../transport/parse-json-answer.ts';
import { postForText } from '../transport/transport.ts';
import { jsonBody, pathPart } from '../transport/unsendable.ts';
import type { GuardrailAnswer } from '../../wire/guardrail.ts';

export interface Guardrail {
  /** Id or ARN. */
  id: string;
  version: string;
}

/** ApplyGuardrail: a guardrail without a model. IAM action `bedrock:ApplyGuardrail`. */
@Injectable()
export class GuardrailService {
  constructor(
    private readonly sessions: AwsSessions,
    private readonly config: GatewayConfig,
  ) {}

  /** In the gateway's own region, where its guardrail is. Throws GatewayError as `bedrock-errors.ts` names it. */
  async apply({ id, version }: Guardrail, body: object, call: Call): Promise<GuardrailAnswer> {
    const session = this.sessions.of({ region: regionOf(this.config.bedrock) });
    const answer = await postForText(this.sessions.pool, session, {
      path: `/guardrail/${pathPart(id, 'model')}/version/${pathPart(version, 'model')}/apply`,
      body: jsonBody(body),
      accept: 'application/json',
      signal: call.signal,
      clocks: this.config.bedrock.timeouts,
    });
    call.facts.upstreamRequestId = answer.head.requestId;
    if (answer.head.requestId) call.header('x-amzn-requestid', answer.head.requestId);
    return readAnswer<GuardrailAnswer>(answer.body, (given) => typeof given?.action === 'string');
  }
}
