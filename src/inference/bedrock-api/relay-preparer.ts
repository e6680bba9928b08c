import type { RawFrame } from '../../bedrock/operations/raw-stream-formats.ts';
import { guardrailRejection } from '../../config/configured-locations.ts';
import type { GatewayConfig } from '../../config/gateway-config.ts';
import { permissionDenied } from '../../errors/errors.ts';
import type { Route } from '../../models/types/model.ts';
import { INVOKED_VERSION, withKnownVersion } from '../../translation/anthropic/invoked-version.ts';
import { Adjustments } from '../../translation/adjustments.ts';
import {
  chosenGuardrail,
  type BedrockApiRequest,
  toBedrockApiRequest,
} from '../../translation/bedrock-api/bedrock-api-request.ts';
import { withFixedGuardrail } from '../../translation/policy.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation } from '../../wire/operations.ts';
import type { RawEventStream, RawJsonAnswer } from '../../wire/raw-answer.ts';
import type { PlannedAttempt, RequestPreparer } from '../attempts/request-preparer.ts';
import { requireCountingRoute } from '../counting-route.ts';
import { reportAdjusted, reportAdjustments } from '../report-adjustments.ts';
import { RelayedRequest } from './relayed-request.ts';
import { StreamedRelayedAttempt } from './streamed-relayed-attempt.ts';
import { WholeRelayedAttempt } from './whole-relayed-attempt.ts';

/** A request of Bedrock's own API. */
export interface RelayRequest extends BedrockApiRequest {
  /** Any name, id or ARN that the gateway accepts. */
  model: string;
}

/** Prepares requests for one operation of Bedrock's own API. */
export class RelayPreparer implements RequestPreparer<RelayRequest, RawJsonAnswer | RawEventStream<RawFrame>> {
  private readonly operation: BedrockApiOperation | BedrockApiStreamOperation;
  private readonly config: GatewayConfig;

  constructor(operation: BedrockApiOperation | BedrockApiStreamOperation, config: GatewayConfig) {
    this.operation = operation;
    this.config = config;
  }

  /** Accepts all models. Bedrock rejects the request if the model does not support the operation. */
  requireModel(): void {}

  operationOf(): 'fixed' {
    return 'fixed';
  }

  /** Returns true if the fallback model accepts the body: all chat models for Converse, the same family for InvokeModel. */
  allowsFallback(fallback: Route, { model }: Route): boolean {
    if (model.embedding !== undefined || fallback.model.embedding !== undefined) return false;
    switch (this.operation) {
      case 'converse':
      case 'converse-stream':
        return true;
      case 'invoke':
      case 'invoke-with-response-stream':
        return fallback.model.rules.family === model.rules.family;
      case 'count-tokens':
        return false;
      default:
        return this.operation satisfies never;
    }
  }

  async prepare(
    request: RelayRequest,
    { route, context }: PlannedAttempt,
  ): Promise<WholeRelayedAttempt | StreamedRelayedAttempt> {
    const { operation, config } = this;
    const fixed = context.caller?.access?.guardrail;
    if (fixed === undefined) this.rejectGuardrail(request);
    const known = this.withKnownVersion(request, route);
    const kind = route.model.embedding === undefined ? 'conversation' : 'vectors';
    const adjustments = new Adjustments();
    if (known !== request.body) adjustments.replaced('anthropic_version', INVOKED_VERSION);
    reportAdjustments(context, route, adjustments.list());
    const options = { policy: withFixedGuardrail(config, fixed), caller: context.caller, adjustments, kind } as const;
    const sending = toBedrockApiRequest(operation, { body: known, headers: request.headers }, options);
    reportAdjusted(context, adjustments.list());
    context.contentLog?.recordRequest(context, sending.body.toString());
    const called = operation === 'count-tokens' ? requireCountingRoute(route, context.caller) : route;
    const relayed = new RelayedRequest(called, context, sending);
    switch (operation) {
      case 'converse-stream':
      case 'invoke-with-response-stream':
        context.report.stream = true;
        return new StreamedRelayedAttempt(relayed, operation);
      case 'converse':
      case 'invoke':
      case 'count-tokens':
        return new WholeRelayedAttempt(relayed, operation);
      default:
        throw new Error(`${String(operation satisfies never)} is no operation of Bedrock's own API`);
    }
  }

  private withKnownVersion({ body }: RelayRequest, { model }: Route): Buffer {
    const isClaude = model.rules.family === 'claude' && model.embedding === undefined;
    return isClaude ? withKnownVersion(this.operation, body) : body;
  }

  private rejectGuardrail(request: RelayRequest): void {
    const id = chosenGuardrail(this.operation, request);
    const rejection = id === undefined ? undefined : guardrailRejection(id, this.config);
    if (rejection !== undefined) throw permissionDenied(rejection, 'guardrailConfig.guardrailIdentifier');
  }
}
