import { Injectable } from '@nestjs/common';
import {
  RELAYED_OPERATIONS,
  RELAYED_STREAMS,
  type RelayedUpstreamOperation,
} from '../../bedrock/operations/upstream-operation.ts';
import { type RawFrame, RawUsageReader } from '../../bedrock/operations/raw-stream-formats.ts';
import { usageFromHeaders } from '../../bedrock/operations/token-headers.ts';
import type { UpstreamResponseHead } from '../../bedrock/transport/transport.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { guardrailRefusal } from '../../config/configured-places.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import { permissionDenied } from '../../errors/errors.ts';
import type { Route } from '../../models/types/model.ts';
import { RawEventStream, RawJsonAnswer } from '../../wire/raw-answer.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';
import { INVOKED_VERSION, withKnownVersion } from '../../translation/anthropic/invoked-version.ts';
import {
  chosenGuardrail,
  type BedrockApiRequest,
  toBedrockApiRequest,
} from '../../translation/bedrock-api/bedrock-api-request.ts';
import { usageOfAnswer } from '../../wire/usage.ts';
import type { ConverseAnswer } from '../../wire/converse.ts';
import { AccountingService } from '../accounting/accounting.service.ts';
import { ZERO_USAGE, type Usage } from '../../usage/usage.ts';
import { reportAdjustments, tellAlso } from '../report-adjustments.ts';
import { RelayedCall } from '../upstream/raw-call.ts';
import { UpstreamService } from '../upstream/upstream.service.ts';
import { pickBedrockHeaders } from './bedrock-headers.ts';
import type { BedrockHeaderName } from '../../request/headers/response-headers.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation as StreamOperation } from '../../wire/operations.ts';

/** Requests in Bedrock's own words: routed, metered and repeated like all others, and otherwise left alone. */
@Injectable()
export class BedrockApiService {
  constructor(
    private readonly models: ModelRegistryService,
    private readonly upstream: UpstreamService,
    private readonly usage: AccountingService,
    private readonly config: GatewayConfig,
  ) {}

  /** `model` is any name, id or ARN that the gateway takes. */
  async whole(
    operation: BedrockApiOperation,
    model: string,
    request: BedrockApiRequest,
    context: RequestContext,
  ): Promise<RawJsonAnswer> {
    const relayed = this.prepare(RELAYED_OPERATIONS[operation], model, request, context);
    const { body, usage } = await context.once('relay', async () => {
      const served = await this.upstream.send(relayed, context);
      passHeaders(served.body.head, context);
      const usage = usageOf(operation, served.body.head, served.body.body);
      this.usage.book(context, relayed.route, served, usage);
      return { body: served.body.body, usage };
    });
    this.usage.record(context, [usage]);
    context.contentLog?.answered(context, body);
    return new RawJsonAnswer(body);
  }

  async stream(
    operation: StreamOperation,
    model: string,
    request: BedrockApiRequest,
    context: RequestContext,
  ): Promise<RawEventStream<RawFrame>> {
    const relayed = this.prepare(RELAYED_STREAMS[operation], model, request, context);
    context.report.stream = true;
    const served = await this.upstream.send(relayed, context);
    const { head, events } = served.body;
    passHeaders(head, context);
    const meter = this.usage.tally(context, relayed.route, served, new RawUsageReader(relayed.body.length));
    const content = context.contentLog?.stream(context, ({ payload }: RawFrame) => payload);
    const frames = (batch: readonly RawFrame[]): Buffer[] => {
      meter.read(batch, 0);
      content?.read(batch);
      return batch.map(({ bytes }) => bytes);
    };
    const settled = (): void => {
      meter.settle();
      content?.end();
    };
    return new RawEventStream({ stream: events, frames, onClose: settled });
  }

  private prepare<Answer>(
    operation: RelayedUpstreamOperation<Answer>,
    model: string,
    request: BedrockApiRequest,
    context: RequestContext,
  ): RelayedCall<Answer> {
    const { name } = operation;
    const route = this.models.resolve(model, context.caller);
    reportAdjustments(context, route, []);
    const kind = route.model.embedding === undefined ? 'conversation' : 'vectors';
    const options = { policy: this.config, caller: context.caller?.name, kind } as const;
    this.refuseGuardrail(chosenGuardrail(name, request));
    const sending = toBedrockApiRequest(name, this.withKnownVersion(name, route, request, context), options);
    context.contentLog?.asked(context, sending.body.toString());
    return new RelayedCall(route, operation, sending);
  }

  private withKnownVersion(
    operation: BedrockApiOperation | StreamOperation,
    { model }: Route,
    request: BedrockApiRequest,
    context: RequestContext,
  ): BedrockApiRequest {
    if (model.rules.family !== 'claude' || model.embedding !== undefined) return request;
    const body = withKnownVersion(operation, request.body);
    if (body === request.body) return request;
    tellAlso(context, `anthropic_version=${INVOKED_VERSION}`);
    return { ...request, body };
  }

  private refuseGuardrail(id: string | undefined): void {
    const refusal = id === undefined ? undefined : guardrailRefusal(id, this.config);
    if (refusal !== undefined) throw permissionDenied(refusal, 'guardrailConfig.guardrailIdentifier');
  }
}

function usageOf(operation: BedrockApiOperation, head: UpstreamResponseHead, body: string): Usage {
  switch (operation) {
    case 'converse':
      return usageOfAnswer(parsed(body));
    case 'invoke':
      return usageFromHeaders(head) ?? ZERO_USAGE;
    case 'count-tokens':
      return ZERO_USAGE;
    default:
      return operation satisfies never;
  }
}

/** An answer that is no JSON passes, too: what it used is not known. */
function parsed(body: string): ConverseAnswer {
  try {
    return Object(JSON.parse(body)) as ConverseAnswer;
  } catch {
    return {} as ConverseAnswer;
  }
}

/** Latency, counts, the content type: what Bedrock says of its answer in headers of its own. */
function passHeaders({ headers = {} }: UpstreamResponseHead, context: RequestContext): void {
  const passed = Object.entries(pickBedrockHeaders(headers)) as [BedrockHeaderName, string][];
  for (const [name, value] of passed) context.header(name, value);
}
