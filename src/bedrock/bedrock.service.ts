import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route, Target } from '../models/model.ts';
import { RoutingService } from '../routing/routing.service.ts';
import type { Served } from '../routing/served.ts';
import type { ConverseAnswer, ConverseRequest } from '../translation/converse/wire.ts';
import { type AttemptTrace, traceAttempt } from './attempt-trace.ts';
import { AwsSessions } from './aws-sessions.ts';
import { upstreamNonsense } from './bedrock-errors.ts';
import { conversationOf } from './conversation.ts';
import { openConverseStream } from './converse-stream.ts';
import type { EventBatches } from './event-batches.ts';
import { postForText, type UpstreamHead, type UpstreamRequest } from './transport.ts';

const JSON_TYPE = 'application/json';
const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

/** The one room that talks to Bedrock. Which target is asked is the RoutingService's, waiting the RetryInterceptor's. */
@Injectable()
export class BedrockService {
  constructor(
    private readonly sessions: AwsSessions,
    private readonly config: GatewayConfig,
    private readonly routing: RoutingService,
  ) {}

  /** The whole answer. Throws GatewayError as `bedrock-errors.ts` names it. */
  async converse(route: Route, input: ConverseRequest, call: Call): Promise<Served<ConverseAnswer>> {
    const body = Buffer.from(JSON.stringify(input));
    return this.routing.serve(route, call, {
      attempt: async (target) => {
        const trace = call.trace && traceAttempt(call.trace, { route, target, input, call, kind: 'whole' });
        const request = this.request(target, 'converse', body, JSON_TYPE, call, trace);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        return parseAnswer(answer.body, trace);
      },
      conversation: () => conversationOf(route.model, input),
    });
  }

  /** The events of a stream that has begun; the generation stops when the caller's signal aborts. */
  async converseStream(route: Route, input: ConverseRequest, call: Call): Promise<Served<EventBatches>> {
    const body = Buffer.from(JSON.stringify(input));
    return this.routing.serve(route, call, {
      attempt: async (target) => {
        const trace = call.trace && traceAttempt(call.trace, { route, target, input, call, kind: 'stream' });
        const request = this.request(target, 'converse-stream', body, EVENT_STREAM_TYPE, call, trace);
        const stream = await openConverseStream(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, stream.head);
        return stream.events;
      },
      conversation: () => conversationOf(route.model, input),
    });
  }

  private request(
    target: Target,
    operation: string,
    body: Buffer,
    accept: string,
    call: Call,
    trace?: AttemptTrace,
  ): UpstreamRequest {
    return {
      path: `/model/${encodeURIComponent(target.modelId)}/${operation}`,
      body,
      accept,
      signal: call.signal,
      clocks: this.config.bedrock.timeouts,
      trace,
    };
  }
}

function note(call: Call, target: Target, head: UpstreamHead): void {
  call.facts.target = target.id;
  call.facts.upstreamRequestId = head.requestId;
  call.facts.firstEventMs ??= Math.round((performance.now() - call.startedAt) * 10) / 10;
  if (head.requestId) call.header('x-amzn-requestid', head.requestId);
}

function parseAnswer(body: string, trace: AttemptTrace | undefined): ConverseAnswer {
  try {
    const answer = JSON.parse(body) as ConverseAnswer;
    if (answer?.output?.message?.content) {
      trace?.answered(answer);
      return answer;
    }
  } catch {
    // Falls through: what is no JSON is no answer either.
  }
  const failure = upstreamNonsense();
  trace?.ended(failure);
  throw failure;
}
