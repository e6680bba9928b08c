import type { Dispatcher } from 'undici';
import type { ConverseEvent } from '../../wire/wire.ts';
import type { AwsSession } from '../sessions/aws-session.ts';
import { openEventStream, type OpenStream, type StreamForm } from '../transport/event-stream-sink.ts';
import type { UpstreamRequest } from '../transport/transport.ts';

/** The wire's event name is the member's name in the SDK's union. */
const CONVERSE: StreamForm<ConverseEvent> = {
  toEvent: (frame) => eventOf(frame.name, JSON.parse(frame.payload)),
  isOpening: (event) => 'messageStart' in event,
  isLast: (event) => 'messageStop' in event,
  trace: (events, trace) => trace.read(events),
};

/** Opens a ConverseStream: resolves with the first event that says more than `messageStart`. */
export function openConverseStream(
  pool: Dispatcher,
  session: AwsSession,
  request: UpstreamRequest,
): Promise<OpenStream<ConverseEvent>> {
  return openEventStream(pool, session, request, CONVERSE);
}

function eventOf(name: string, payload: unknown): ConverseEvent {
  // Nearly every event: a literal is made ten times as fast as an object with a computed name.
  const event: unknown = name === 'contentBlockDelta' ? { contentBlockDelta: payload } : { [name]: payload };
  return event as ConverseEvent;
}
