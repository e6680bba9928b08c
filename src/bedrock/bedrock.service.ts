import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route, Target } from '../models/model.ts';
import { RoutingService } from '../routing/routing.service.ts';
import type { Served } from '../routing/served.ts';
import type { ConverseAnswer, ConverseRequest } from '../translation/converse/wire.ts';
import { AwsSessions } from './aws-sessions.ts';
import { upstreamNonsense } from './bedrock-errors.ts';
import { conversationOf } from './conversation.ts';
import { openConverseStream } from './converse-stream.ts';
import type { EventBatches } from './event-batches.ts';
import { withoutBoundThoughts } from './foreign-thoughts.ts';
import { promptSizeOf } from './prompt-size.ts';
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
      attempt: async (target, history) => {
        const fitting = history === undefined ? body : abroad(body, input, route, call);
        const request = this.request(target, 'converse', fitting, JSON_TYPE, call);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        return parseAnswer(answer.body);
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
        const fitting = history === undefined ? body : abroad(body, input, route, call);
        const request = this.request(target, 'converse-stream', fitting, EVENT_STREAM_TYPE, call);
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
    const request = this.request(counted, 'count-tokens', Buffer.from(body), JSON_TYPE, call);
    const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
    note(call, target, answer.head);
    return parseCount(answer.body);
  }

  private request(target: Target, operation: string, body: Buffer, accept: string, call: Call): UpstreamRequest {
    return {
      path: `/model/${encodeURIComponent(target.modelId)}/${operation}`,
      body,
      accept,
      signal: call.signal,
      clocks: this.config.bedrock.timeouts,
    };
  }
}

/** The body as a target takes it in whose account the history was not made; what is left out is told. */
function abroad(body: Buffer, input: ConverseRequest, { model }: Route, call: Call): Buffer {
  const less = withoutBoundThoughts(input, model);
  if (less === undefined) return body;
  const told = new Set(call.facts.adjusted).add('thinking_blocks=other_accounts_dropped');
  call.facts.adjusted = [...told];
  call.header('x-outcrop-adjusted', call.facts.adjusted.join(', '));
  return Buffer.from(JSON.stringify(less));
}

function note(call: Call, target: Target, head: UpstreamHead): void {
  call.facts.target = target.id;
  call.facts.upstreamRequestId = head.requestId;
  call.facts.firstEventMs ??= Math.round((performance.now() - call.startedAt) * 10) / 10;
  if (head.requestId) call.header('x-amzn-requestid', head.requestId);
}

function parseAnswer(body: string): ConverseAnswer {
  try {
    const answer = JSON.parse(body) as ConverseAnswer;
    if (answer?.output?.message?.content) return answer;
  } catch {
    // Falls through: what is no JSON is no answer either.
  }
  throw upstreamNonsense();
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
