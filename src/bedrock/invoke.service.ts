import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route, Target } from '../models/model.ts';
import type { PromptSize } from '../routing/quotas/demand.ts';
import { RoutingService } from '../routing/routing.service.ts';
import type { Served } from '../routing/served.ts';
import type { Conversation } from '../routing/warm-targets.ts';
import type { RelayedOperation, RelayedStream } from '../translation/bedrock-wire/relayed-request.ts';
import type { MessagesEvent } from '../translation/messages/messages-wire.ts';
import { type AttemptTrace, traceAttempt, withUsage } from './attempt-trace.ts';
import { AwsSessions } from './aws-sessions.ts';
import type { EventBatches } from './event-batches.ts';
import { openEventStream, type OpenStream, type StreamForm } from './event-stream-sink.ts';
import { readTokenCount } from './messages-answer.ts';
import { MESSAGES } from './messages-stream.ts';
import { RELAYED, type RelayedFrame } from './relayed-events.ts';
import { postForText, type UpstreamHead, type UpstreamRequest } from './transport.ts';
import { abroad, type Asked, EVENT_STREAM_TYPE, JSON_TYPE, note, upstreamRequest } from './upstream-request.ts';

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
    let latest: AttemptTrace | undefined;
    const served = await this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const called = operation === 'count-tokens' ? { ...target, modelId: route.model.id } : target;
        const trace = call.trace && traceAttempt(call.trace, { route, target: called, call, operation });
        const { body, headers } = fitting(sending, history, call);
        const request = this.request(called, { operation, accept: JSON_TYPE, body, headers, trace }, call);
        const answer = await postForText(this.sessions.pool, this.sessions.of(target), request);
        note(call, target, answer.head);
        latest = trace;
        return answer;
      },
      conversation: sending.conversation ?? NO_CONVERSATION,
      size: sending.size,
    });
    return latest === undefined ? served : withUsage(served, latest);
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

  /**
   * Tokens that InvokeModel with this body would be billed for. Asked of the first target only, at no cost: quotas and
   * the health of targets are not concerned. Throws where the model has no count.
   */
  async countTokens(route: Route, body: Buffer, call: Call): Promise<number> {
    const [target] = route.targets;
    const asked = Buffer.from(JSON.stringify({ input: { invokeModel: { body: body.toString('base64') } } }));
    const counted = { ...target!, modelId: route.model.id };
    const operation = 'count-tokens';
    const trace = call.trace && traceAttempt(call.trace, { route, target: counted, call, operation });
    const request = this.request(counted, { operation, accept: JSON_TYPE, body: asked, trace }, call);
    const answer = await postForText(this.sessions.pool, this.sessions.of(counted), request);
    trace?.ended();
    note(call, target!, answer.head);
    return readTokenCount(answer.body);
  }

  private async open<Event>(
    route: Route,
    operation: RelayedStream,
    form: StreamForm<Event>,
    sending: Sending,
    call: Call,
  ): Promise<Served<OpenStream<Event>>> {
    let latest: AttemptTrace | undefined;
    const served = await this.routing.serve(route, call, {
      attempt: async (target, history) => {
        const trace = call.trace && traceAttempt(call.trace, { route, target, call, operation });
        const { body, headers } = fitting(sending, history, call);
        const request = this.request(target, { operation, accept: EVENT_STREAM_TYPE, body, headers, trace }, call);
        const stream = await openEventStream(this.sessions.pool, this.sessions.of(target), request, form);
        note(call, target, stream.head);
        latest = trace;
        return stream;
      },
      conversation: sending.conversation ?? NO_CONVERSATION,
      size: sending.size,
    });
    return latest === undefined ? served : withUsage(served, latest);
  }

  private request(target: Target, asked: Asked, call: Call): UpstreamRequest {
    return upstreamRequest(target, asked, call, this.config.bedrock.timeouts);
  }
}

function fitting(sending: Sending, history: 'foreign' | undefined, call: Call): Pick<Sending, 'body' | 'headers'> {
  if (history === undefined) return sending;
  return { body: abroad(sending.body, sending.abroad?.(), call), headers: sending.headers };
}
