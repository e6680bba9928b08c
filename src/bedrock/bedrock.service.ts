import { Injectable } from '@nestjs/common';
import type { Call } from '../call.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route, Target } from '../models/model.ts';
import type { ConverseAnswer, ConverseRequest } from '../translation/converse/wire.ts';
import { AwsSessions } from './aws-sessions.ts';
import { mayWorkElsewhere, upstreamNonsense } from './bedrock-errors.ts';
import { openConverseStream } from './converse-stream.ts';
import type { EventBatches } from './event-batches.ts';
import { postForText, type UpstreamHead, type UpstreamRequest } from './transport.ts';

const JSON_TYPE = 'application/json';
const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

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
