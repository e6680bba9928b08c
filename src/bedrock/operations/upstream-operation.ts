import type { HttpDispatcher } from '../../libraries/undici.ts';
import type { MessagesEvent } from '../../wire/messages-events.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation } from '../../wire/operations.ts';
import { parseAnswerExactly } from '../../wire/json/exact-answers.ts';
import type { ConverseAnswer, ConverseEvent } from '../../wire/converse.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import type { UpstreamCallSpan } from '../tracing/upstream-span.ts';
import type { EventBatches } from '../transport/event-batches.ts';
import { openEventStream, type OpenedStream, type StreamFormat } from '../transport/event-stream-sink.ts';
import { parseJsonAnswer } from '../transport/parse-json-answer.ts';
import { postSignedForText } from '../transport/post-signed-for-text.ts';
import type { UpstreamResponseHead, UpstreamRequest } from '../transport/transport.ts';
import { CONVERSE_STREAM_FORMAT } from './converse-stream.ts';
import { MESSAGES_STREAM_FORMAT } from './messages-stream-format.ts';
import { RAW_STREAM_FORMATS, type RawFrame } from './raw-stream-formats.ts';

const JSON_TYPE = 'application/json';
/** Media type of a streamed answer. */
export const EVENT_STREAM_TYPE = 'application/vnd.amazon.eventstream';

/** The body of an answer as text, with the head of the response. */
export interface InvokeAnswer {
  head: UpstreamResponseHead;
  body: string;
}

/** One operation of Bedrock Runtime: how its request is sent, and how its answer is read. */
export interface UpstreamOperation<Answer> {
  /** Last part of the path: `converse`. */
  readonly name: string;
  /** Media type of the answer. */
  readonly accept: string;
  /**
   * True if the operation accepts the id of a model and no inference profile (service model of bedrock-runtime, 2026-11).
   */
  readonly takesModelId?: true;
  /** True if the answer reports its usage to the span. Otherwise the span ends when the usage is settled. */
  readonly reportsUsage?: true;
  /** Resolves when the target has accepted the request: with a whole answer, or with a stream that has begun. */
  exchange(
    pool: HttpDispatcher,
    session: AwsSession,
    request: UpstreamRequest,
  ): Promise<{ head: UpstreamResponseHead }>;
  /** Reads the result of `exchange`. Throws GatewayError for an answer that does not belong to the operation. */
  read(received: { head: UpstreamResponseHead }, span: UpstreamCallSpan | undefined): Answer;
}

/** An operation of Bedrock's own API. Its answer passes unmodified. */
export interface RelayedUpstreamOperation<Answer> extends UpstreamOperation<Answer> {
  readonly name: BedrockApiOperation | BedrockApiStreamOperation;
}

export const CONVERSE: UpstreamOperation<ConverseAnswer> = {
  name: 'converse',
  accept: JSON_TYPE,
  reportsUsage: true,
  exchange: postSignedForText,
  read({ body }: InvokeAnswer, span): ConverseAnswer {
    const answer = parseJsonAnswer<ConverseAnswer>(
      body,
      (parsed) => Boolean(parsed?.output?.message?.content),
      parseAnswerExactly,
    );
    span?.endWithAnswer(answer);
    return answer;
  },
};

export const CONVERSE_STREAM: UpstreamOperation<EventBatches> = {
  name: 'converse-stream',
  accept: EVENT_STREAM_TYPE,
  reportsUsage: true,
  exchange: (pool, session, request) => openEventStream(pool, session, request, CONVERSE_STREAM_FORMAT),
  read: ({ events }: OpenedStream<ConverseEvent>) => events,
};

/** InvokeModel. The answer has the format of the model's vendor. */
export const INVOKE = textOperation('invoke');

/** InvokeModelWithResponseStream for Claude. The events have Anthropic's format. */
export const MESSAGES_STREAM: UpstreamOperation<EventBatches<MessagesEvent>> = {
  name: 'invoke-with-response-stream',
  accept: EVENT_STREAM_TYPE,
  exchange: (pool, session, request) => openEventStream(pool, session, request, MESSAGES_STREAM_FORMAT),
  read: ({ events }: OpenedStream<MessagesEvent>) => events,
};

/** Operations of Bedrock's own API. Their answers pass unmodified. */
export const RELAYED_OPERATIONS: Readonly<Record<BedrockApiOperation, RelayedUpstreamOperation<InvokeAnswer>>> = {
  converse: textOperation('converse'),
  invoke: INVOKE,
  'count-tokens': { ...textOperation('count-tokens'), takesModelId: true },
};

/** Streaming operations of Bedrock's own API. Their frames pass unmodified. */
export const RELAYED_STREAMS: Readonly<
  Record<BedrockApiStreamOperation, RelayedUpstreamOperation<OpenedStream<RawFrame>>>
> = {
  'converse-stream': frameOperation('converse-stream', RAW_STREAM_FORMATS['converse-stream']),
  'invoke-with-response-stream': frameOperation(
    'invoke-with-response-stream',
    RAW_STREAM_FORMATS['invoke-with-response-stream'],
  ),
};

function textOperation(name: BedrockApiOperation): RelayedUpstreamOperation<InvokeAnswer> {
  return { name, accept: JSON_TYPE, exchange: postSignedForText, read: (received: InvokeAnswer) => received };
}

function frameOperation(
  name: BedrockApiStreamOperation,
  format: StreamFormat<RawFrame>,
): RelayedUpstreamOperation<OpenedStream<RawFrame>> {
  return {
    name,
    accept: EVENT_STREAM_TYPE,
    exchange: (pool, session, request) => openEventStream(pool, session, request, format),
    read: (received: OpenedStream<RawFrame>) => received,
  };
}
