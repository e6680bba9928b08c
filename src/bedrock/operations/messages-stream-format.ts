import { fromAwsError, invalidUpstreamAnswer } from '../errors/bedrock-errors.ts';
import type { StreamFormat } from '../transport/event-stream-sink.ts';
import type { UpstreamResponseHead } from '../transport/transport.ts';
import type { MessagesEvent } from '../../wire/messages-events.ts';

/**
 * Field with Bedrock's usage metrics, in the last event of an InvokeModel stream. Streams of Claude report usage in other
 * events, too.
 */
export const INVOCATION_METRICS = 'amazon-bedrock-invocationMetrics';
/** Every event begins with its type (observed 2026-11). Other events are parsed. */
const TYPE_FIRST = /^\{"type":"([a-z_]+)"/;
const OPENING = ['message_start', 'ping'];

/** Bedrock's exception name for each of Anthropic's error types within a stream. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  invalid_request_error: 'ValidationException',
  rate_limit_error: 'ThrottlingException',
  overloaded_error: 'ServiceUnavailableException',
  timeout_error: 'ModelTimeoutException',
  api_error: 'InternalServerException',
};

/** Format of InvokeModelWithResponseStream for Claude: each chunk holds one of Anthropic's events in base64. */
export const MESSAGES_STREAM_FORMAT: StreamFormat<MessagesEvent> = {
  toEvent(frame, head) {
    const { bytes } = JSON.parse(frame.payload) as { bytes?: string };
    if (typeof bytes !== 'string') throw invalidUpstreamAnswer();
    const json = Buffer.from(bytes, 'base64').toString('utf8');
    const type = TYPE_FIRST.exec(json)?.[1] ?? typeOf(json);
    if (type === 'error') throw errorOfEvent(json, head);
    return {
      type,
      json: json.includes(INVOCATION_METRICS) && type === 'message_stop' ? withoutMetrics(json) : oneLine(json),
    };
  },
  isOpening: ({ type }) => OPENING.includes(type),
  isLast: ({ type }) => type === 'message_stop',
};

function typeOf(json: string): string {
  const { type } = parse(json);
  if (typeof type !== 'string') throw invalidUpstreamAnswer();
  return type;
}

function withoutMetrics(json: string): string {
  const { [INVOCATION_METRICS]: _, ...event } = parse(json);
  return JSON.stringify(event);
}

/** Removes line breaks, which would end the line of a server-sent event. Within JSON, they occur only between tokens. */
function oneLine(json: string): string {
  return json.includes('\n') ? JSON.stringify(parse(json)) : json;
}

function errorOfEvent(json: string, { requestId }: UpstreamResponseHead): Error {
  const { type, message } = (parse(json).error ?? {}) as { type?: string; message?: string };
  const exception = EXCEPTIONS[type ?? ''] ?? 'ModelStreamErrorException';
  return fromAwsError({ exception, message: message ?? '', upstreamRequestId: requestId });
}

function parse(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    throw invalidUpstreamAnswer();
  }
}
