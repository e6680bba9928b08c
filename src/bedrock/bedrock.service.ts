import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route, Target } from '../models/model.ts';
import type { ConverseAnswer, ConverseRequest } from '../translation/converse/wire.ts';
import type { MessagesEvent } from '../translation/messages/messages-wire.ts';
import { AwsSessions } from './aws-sessions.ts';
import { mayWorkElsewhere, upstreamNonsense } from './bedrock-errors.ts';
import { openConverseStream } from './converse-stream.ts';
import type { EventBatches } from './event-batches.ts';
import { openEventStream } from './event-stream-sink.ts';
import { readTokenCount } from './messages-answer.ts';
import { MESSAGES } from './messages-stream.ts';
import { postForText, type UpstreamHead, type UpstreamRequest } from './transport.ts';

const JSON_TYPE = 'application/json';
const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

/** What InvokeModel is sent: a body in the words of the model's vendor, and Bedrock's own headers beside it. */
export interface Sending {
  body: Buffer;
  headers?: Readonly<Record<string, string>>;
}

export interface Invoked {
  head: UpstreamHead;
  body: string;
}

/** The one room that talks to Bedrock. Targets of a route are tried in order; waiting is the RetryInterceptor's. */
@Injectable()
export class BedrockService {
  private readonly sessions: AwsSessions;
  private readonly config: GatewayConfig;

  constructor(sessions: AwsSessions, config: GatewayConfig) {
    this.sessions = sessions;
    this.config = config;
  }

  /** The whole answer. Throws GatewayError as `bedrock-errors.ts` names it. */
  async converse(route: Route, input: ConverseRequest, call: Call): Promise<ConverseAnswer> {
    const body = Buffer.from(JSON.stringify(input));
    return this.firstThatWorks(route, async (target) => {
      const request = this.request(target, 'converse', body, JSON_TYPE, call);
      const answer = await postForText(this.sessions.pool, this.sessions.of(target.region), request);
      note(call, target, answer.head);
      return parseAnswer(answer.body);
    });
  }

  /** The events of a stream that has begun; the generation stops when the caller's signal aborts. */
  async converseStream(route: Route, input: ConverseRequest, call: Call): Promise<EventBatches> {
    const body = Buffer.from(JSON.stringify(input));
    return this.firstThatWorks(route, async (target) => {
      const request = this.request(target, 'converse-stream', body, EVENT_STREAM_TYPE, call);
      const stream = await openConverseStream(this.sessions.pool, this.sessions.of(target.region), request);
      note(call, target, stream.head);
      return stream.events;
    });
  }

  /**
   * Tokens that InvokeModel with this body would be billed for. CountTokens takes foundation models, not profiles
   * (AWS API reference, 2026-11), each in the region of its target.
   */
  async countTokens(route: Route, body: Buffer, call: Call): Promise<number> {
    const asked = Buffer.from(JSON.stringify({ input: { invokeModel: { body: body.toString('base64') } } }));
    return this.firstThatWorks(route, async (target) => {
      const counting = { ...target, modelId: route.model.id };
      const request = this.request(counting, 'count-tokens', asked, JSON_TYPE, call);
      const answer = await postForText(this.sessions.pool, this.sessions.of(target.region), request);
      note(call, target, answer.head);
      return readTokenCount(answer.body);
    });
  }

  /** The answer of InvokeModel: JSON text in the words of the model's vendor, and what its headers say. */
  async invoke(route: Route, sending: Sending, call: Call): Promise<Invoked> {
    return this.firstThatWorks(route, async (target) => {
      const request = this.request(target, 'invoke', sending.body, JSON_TYPE, call);
      const answer = await postForText(this.sessions.pool, this.sessions.of(target.region), {
        ...request,
        headers: sending.headers,
      });
      note(call, target, answer.head);
      return answer;
    });
  }

  /** The events of Anthropic's stream, from InvokeModelWithResponseStream; only Claude speaks so. */
  async messagesStream(route: Route, sending: Sending, call: Call): Promise<EventBatches<MessagesEvent>> {
    return this.firstThatWorks(route, async (target) => {
      const request = this.request(target, 'invoke-with-response-stream', sending.body, EVENT_STREAM_TYPE, call);
      const session = this.sessions.of(target.region);
      const headed = { ...request, headers: sending.headers };
      const stream = await openEventStream(this.sessions.pool, session, headed, MESSAGES);
      note(call, target, stream.head);
      return stream.events;
    });
  }

  private async firstThatWorks<T>(route: Route, attempt: (target: Target) => Promise<T>): Promise<T> {
    let failure: unknown;
    for (const target of route.targets) {
      try {
        return await attempt(target);
      } catch (error) {
        failure = error;
        if (!mayWorkElsewhere(error)) break;
      }
    }
    throw failure;
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
