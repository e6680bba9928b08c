import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route, Target } from '../models/model.ts';
import { RoutingService } from '../routing/routing.service.ts';
import type { Served } from '../routing/served.ts';
import type { ConverseAnswer, ConverseRequest } from '../translation/converse/wire.ts';
import { type AttemptTrace, traceAttempt, traceConversation } from './attempt-trace.ts';
import { AwsSessions } from './aws-sessions.ts';
import { upstreamNonsense } from './bedrock-errors.ts';
import { conversationOf } from './conversation.ts';
import { openConverseStream } from './converse-stream.ts';
import type { EventBatches } from './event-batches.ts';
import { withoutBoundThoughts } from './foreign-thoughts.ts';
import { promptSizeOf } from './prompt-size.ts';
import { postForText, type UpstreamRequest } from './transport.ts';
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
    const body = Buffer.from(JSON.stringify(input));
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
    const body = Buffer.from(JSON.stringify(input));
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

  /**
   * Tokens of a prompt as Bedrock counts them, at no cost. Asked of the first target only, by the model's own id: the
   * operation knows no inference profiles (service model of bedrock-runtime, 2026-11). Throws where the model has none.
   */
  async countTokens(route: Route, input: ConverseRequest, call: Call): Promise<number> {
    const [target] = route.targets;
    if (target === undefined) throw upstreamNonsense();
    const { messages, system, toolConfig, additionalModelRequestFields } = input;
    const body = JSON.stringify({
      input: { converse: { messages, system, toolConfig, additionalModelRequestFields } },
    });
    const counted = { ...target, modelId: route.model.id };
    const operation = 'count-tokens';
    const trace = call.trace && traceAttempt(call.trace, { route, target: counted, call, operation });
    const request = this.request(counted, { operation, body: Buffer.from(body), accept: JSON_TYPE, trace }, call);
    const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
    note(call, target, answer.head);
    trace?.ended();
    return parseCount(answer.body);
  }

  private request(target: Target, asked: Asked, call: Call): UpstreamRequest {
    return upstreamRequest(target, asked, call, this.config.bedrock.timeouts);
  }
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

function parseCount(body: string): number {
  try {
    const { inputTokens } = JSON.parse(body) as { inputTokens?: unknown };
    if (typeof inputTokens === 'number') return inputTokens;
  } catch {
    // Falls through: what is no JSON is no count either.
  }
  throw upstreamNonsense();
}
