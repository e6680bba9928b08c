import { Injectable } from '@nestjs/common';
import type { Call } from '../../request/call.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { Route, Target } from '../../models/types/model.ts';
import { RoutingService } from '../../routing/routing.service.ts';
import type { Served } from '../../routing/served.ts';
import type { ConverseAnswer, ConverseRequest } from '../../wire/wire.ts';
import { type AttemptTrace, traceConversation } from '../tracing/attempt-trace.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import { conversationOf } from '../../routing/targets/conversation.ts';
import { openConverseStream } from './converse-stream.ts';
import type { EventBatches } from '../transport/event-batches.ts';
import { parseExactly } from '../../wire/exact-json.ts';
import { withoutBoundThoughts } from '../../translation/history/foreign-thoughts.ts';
import { promptSizeOf } from '../../routing/quotas/estimates/prompt-size.ts';
import { readAnswer } from '../transport/read-answer.ts';
import { postForText, type UpstreamRequest } from '../transport/transport.ts';
import { jsonBody } from '../transport/unsendable.ts';
import { abroad, type Asked, EVENT_STREAM_TYPE, JSON_TYPE, note, upstreamRequest } from './upstream-request.ts';

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
    const body = jsonBody(input);
    return this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const fitting = history === undefined ? body : abroad(body, withoutBoundThoughts(input, route.model), call);
        const trace =
          call.trace && traceConversation(call.trace, { route, target, call, operation: 'converse' }, input);
        const request = this.request(target, { operation: 'converse', body: fitting, accept: JSON_TYPE, trace }, call);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        return parseAnswer(answer.body, trace);
      },
      conversation: () => conversationOf(route.model, input),
      size: () => promptSizeOf(input, body.length),
    });
  }

  /** The events of a stream that has begun; the generation stops when the caller's signal aborts. */
  async converseStream(route: Route, input: ConverseRequest, call: Call): Promise<Served<EventBatches>> {
    const body = jsonBody(input);
    return this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const fitting = history === undefined ? body : abroad(body, withoutBoundThoughts(input, route.model), call);
        const operation = 'converse-stream';
        const trace = call.trace && traceConversation(call.trace, { route, target, call, operation }, input);
        const request = this.request(target, { operation, body: fitting, accept: EVENT_STREAM_TYPE, trace }, call);
        const stream = await openConverseStream(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, stream.head);
        return stream.events;
      },
      conversation: () => conversationOf(route.model, input),
      size: () => promptSizeOf(input, body.length),
    });
  }

  private request(target: Target, asked: Asked, call: Call): UpstreamRequest {
    return upstreamRequest(target, asked, call, this.config.bedrock.timeouts);
  }
}

function parseAnswer(body: string, trace: AttemptTrace | undefined): ConverseAnswer {
  try {
    const answer = readAnswer<ConverseAnswer>(body, (given) => Boolean(given?.output?.message?.content), parseExactly);
    trace?.answered(answer);
    return answer;
  } catch (failure) {
    trace?.ended(failure);
    throw failure;
  }
}
