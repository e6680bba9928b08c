import { Injectable } from '@nestjs/common';
import type { Call } from '../../request/call.ts';
import { GatewayConfig } from '../../config/gateway-config.ts';
import type { Route } from '../../models/types/model.ts';
import type { PromptSize } from '../../routing/quotas/estimates/demand.ts';
import { RoutingService } from '../../routing/routing.service.ts';
import type { Served } from '../../routing/served.ts';
import type { Conversation } from '../../routing/targets/warm-targets.ts';
import { type AttemptTrace, traceAttempt, withUsage } from '../tracing/attempt-trace.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import { AwsSessions } from '../sessions/aws-sessions.ts';
import type { EventBatches } from '../transport/event-batches.ts';
import { openEventStream, type OpenStream, type StreamForm } from '../transport/event-stream-sink.ts';
import { MESSAGES } from './messages-stream.ts';
import { RELAYED, type RelayedFrame } from './relayed-events.ts';
import { postForText, type UpstreamHead, type UpstreamRequest } from '../transport/transport.ts';
import { abroad, EVENT_STREAM_TYPE, JSON_TYPE, note, upstreamRequest } from './upstream-request.ts';
import type { RelayedOperation, RelayedStream } from '../../wire/operations.ts';
import type { MessagesEvent } from '../../wire/messages-events.ts';

/** What an operation is sent: a body that somebody else has written, and Bedrock's own headers beside it. */
export interface Sending {
  body: Buffer;
  headers?: UpstreamRequest['headers'];
  /** How large it is, for quotas. */
  size: () => PromptSize;
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

/** Bodies and answers in other words than Converse's: those of a model's vendor, or of a client of Bedrock's own API. */
@Injectable()
export class InvokeService {
  constructor(
    private readonly sessions: AwsSessions,
    private readonly config: GatewayConfig,
    private readonly routing: RoutingService,
  ) {}

  /** The answer of InvokeModel: JSON text in the words of the model's vendor, and what its headers say. */
  async invoke(route: Route, sending: Sending, call: Call): Promise<Served<Invoked>> {
    return this.relay(route, 'invoke', sending, call);
  }

  /** The events of Anthropic's stream, from InvokeModelWithResponseStream; only Claude speaks so. */
  async messagesStream(route: Route, sending: Sending, call: Call): Promise<Served<EventBatches<MessagesEvent>>> {
    const served = await this.open(route, 'invoke-with-response-stream', MESSAGES, sending, call);
    return { body: served.body.events, target: served.target, settle: (usage) => served.settle(usage) };
  }

  /** An operation's request and answer as they are. CountTokens takes foundation models, not profiles. */
  async relay(route: Route, operation: RelayedOperation, sending: Sending, call: Call): Promise<Served<Invoked>> {
    const exchange = { route, operation, accept: JSON_TYPE, sending, call };
    return this.serve(exchange, (session, request) => postForText(this.sessions.pool, session, request));
  }

  /** The frames of an operation's stream as they are. */
  async relayStream(
    route: Route,
    operation: RelayedStream,
    sending: Sending,
    call: Call,
  ): Promise<Served<OpenStream<RelayedFrame>>> {
    return this.open(route, operation, RELAYED[operation], sending, call);
  }

  private async open<Event>(
    route: Route,
    operation: RelayedStream,
    form: StreamForm<Event>,
    sending: Sending,
    call: Call,
  ): Promise<Served<OpenStream<Event>>> {
    const exchange = { route, operation, accept: EVENT_STREAM_TYPE, sending, call };
    return this.serve(exchange, (session, request) => openEventStream(this.sessions.pool, session, request, form));
  }

  /** Along the targets of the route; what was used is told to the span of the attempt that was accepted. */
  private async serve<Body extends { head: UpstreamHead }>(
    { route, operation, accept, sending, call }: Exchange,
    send: (session: AwsSession, request: UpstreamRequest) => Promise<Body>,
  ): Promise<Served<Body>> {
    let latest: AttemptTrace | undefined;
    const served = await this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const called = operation === 'count-tokens' ? { ...target, modelId: route.model.id } : target;
        const trace = call.trace && traceAttempt(call.trace, { route, target: called, call, operation });
        const asked = { operation, accept, ...fitting(sending, history, call), trace };
        const request = upstreamRequest(called, asked, call, this.config.bedrock.timeouts);
        const body = await send(this.sessions.of(target), request);
        note(call, target, body.head);
        latest = trace;
        return body;
      },
      conversation: sending.conversation ?? NO_CONVERSATION,
      size: sending.size,
      isAside: operation === 'count-tokens',
    });
    return latest === undefined ? served : withUsage(served, latest);
  }
}

interface Exchange {
  route: Route;
  operation: RelayedOperation | RelayedStream;
  accept: string;
  sending: Sending;
  call: Call;
}

function fitting({ body, headers, abroad: less }: Sending, history: 'foreign' | undefined, call: Call) {
  return { body: history === undefined ? body : abroad(body, less?.(), call), headers };
}
