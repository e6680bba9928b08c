import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route, Target } from '../models/model.ts';
import { RoutingService } from '../routing/routing.service.ts';
import type { Served } from '../routing/served.ts';
import type { RelayedOperation, RelayedStream } from '../translation/bedrock-wire/relayed-request.ts';
import type { Conversation } from '../routing/warm-targets.ts';
import type { ConverseAnswer, ConverseRequest } from '../translation/converse/wire.ts';
import type { MessagesEvent } from '../translation/messages/messages-wire.ts';
import { AwsSessions } from './aws-sessions.ts';
import { upstreamNonsense } from './bedrock-errors.ts';
import { conversationOf } from './conversation.ts';
import { openConverseStream } from './converse-stream.ts';
import type { EventBatches } from './event-batches.ts';
import { openEventStream, type OpenStream } from './event-stream-sink.ts';
import { readTokenCount } from './messages-answer.ts';
import { MESSAGES } from './messages-stream.ts';
import { RELAYED, type RelayedFrame } from './relayed-events.ts';
import { withoutBoundThoughts } from './foreign-thoughts.ts';
import { postForText, type UpstreamHead, type UpstreamRequest } from './transport.ts';

const JSON_TYPE = 'application/json';
const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

/** What InvokeModel is sent: a body in the words of the model's vendor, and Bedrock's own headers beside it. */
export interface Sending {
  body: Buffer;
  headers?: UpstreamRequest['headers'];
  /** Whose prompt may be in a target's cache. */
  conversation?: () => Conversation | undefined;
  /** The body for a target whose account did not make the thoughts of its history; undefined where they hold. */
  abroad?: () => object | undefined;
}

export interface Invoked {
  head: UpstreamHead;
  body: string;
}

const NO_CONVERSATION = (): undefined => undefined;

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
        const request = this.request(target, 'converse', fitting, JSON_TYPE, call);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        return parseAnswer(answer.body);
      },
      conversation: () => conversationOf(route.model, input),
    });
  }

  /** The events of a stream that has begun; the generation stops when the caller's signal aborts. */
  async converseStream(route: Route, input: ConverseRequest, call: Call): Promise<Served<EventBatches>> {
    const body = Buffer.from(JSON.stringify(input));
    return this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const fitting = history === undefined ? body : abroad(body, withoutBoundThoughts(input, route.model), call);
        const request = this.request(target, 'converse-stream', fitting, EVENT_STREAM_TYPE, call);
        const stream = await openConverseStream(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, stream.head);
        return stream.events;
      },
      conversation: () => conversationOf(route.model, input),
    });
  }

  /** The answer of InvokeModel: JSON text in the words of the model's vendor, and what its headers say. */
  async invoke(route: Route, sending: Sending, call: Call): Promise<Served<Invoked>> {
    return this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const body = history === undefined ? sending.body : abroad(sending.body, sending.abroad?.(), call);
        const request = this.request(target, 'invoke', body, JSON_TYPE, call, sending.headers);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        return answer;
      },
      conversation: sending.conversation ?? NO_CONVERSATION,
    });
  }

  /** The events of Anthropic's stream, from InvokeModelWithResponseStream; only Claude speaks so. */
  async messagesStream(route: Route, sending: Sending, call: Call): Promise<Served<EventBatches<MessagesEvent>>> {
    const operation = 'invoke-with-response-stream';
    return this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const body = history === undefined ? sending.body : abroad(sending.body, sending.abroad?.(), call);
        const request = this.request(target, operation, body, EVENT_STREAM_TYPE, call, sending.headers);
        const stream = await openEventStream(this.sessions.pool, this.sessions.of(target), request, MESSAGES);
        note(call, target, stream.head);
        return stream.events;
      },
      conversation: sending.conversation ?? NO_CONVERSATION,
    });
  }

  /** Another operation's request and answer as they are. CountTokens takes foundation models, not profiles. */
  async relay(route: Route, operation: RelayedOperation, sending: Sending, call: Call): Promise<Served<Invoked>> {
    return this.routing.serve(route, call, {
      attempt: async (target) => {
        const called = operation === 'count-tokens' ? { ...target, modelId: route.model.id } : target;
        const request = this.request(called, operation, sending.body, JSON_TYPE, call, sending.headers);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        return answer;
      },
      conversation: NO_CONVERSATION,
    });
  }

  /** The frames of another operation's stream as they are. */
  async relayStream(
    route: Route,
    operation: RelayedStream,
    sending: Sending,
    call: Call,
  ): Promise<Served<OpenStream<RelayedFrame>>> {
    return this.routing.serve(route, call, {
      attempt: async (target) => {
        const request = this.request(target, operation, sending.body, EVENT_STREAM_TYPE, call, sending.headers);
        const stream = await openEventStream(this.sessions.pool, this.sessions.of(target), request, RELAYED[operation]);
        note(call, target, stream.head);
        return stream;
      },
      conversation: NO_CONVERSATION,
    });
  }

  /**
   * Tokens that InvokeModel with this body would be billed for. CountTokens takes foundation models, not profiles
   * (AWS API reference, 2026-11), each in the region of its target.
   */
  async countTokens(route: Route, body: Buffer, call: Call): Promise<number> {
    const asked = Buffer.from(JSON.stringify({ input: { invokeModel: { body: body.toString('base64') } } }));
    const served = await this.routing.serve(route, call, {
      attempt: async (target) => {
        const request = this.request({ ...target, modelId: route.model.id }, 'count-tokens', asked, JSON_TYPE, call);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        return readTokenCount(answer.body);
      },
      conversation: NO_CONVERSATION,
    });
    served.settle();
    return served.body;
  }

  private request(
    target: Target,
    operation: string,
    body: Buffer,
    accept: string,
    call: Call,
    headers?: UpstreamRequest['headers'],
  ): UpstreamRequest {
    return {
      path: `/model/${encodeURIComponent(target.modelId)}/${operation}`,
      body,
      accept,
      headers,
      signal: call.signal,
      clocks: this.config.bedrock.timeouts,
    };
  }
}

/** The body as a target takes it in whose account the history was not made; what is left out is told. */
function abroad(body: Buffer, less: object | undefined, call: Call): Buffer {
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
