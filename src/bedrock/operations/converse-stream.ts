import type { ConverseEvent } from '../../wire/converse.ts';
import type { StreamFormat } from '../transport/event-stream-sink.ts';

/** The wire's event name is the member's name in the SDK's union. */
export const CONVERSE_STREAM_FORMAT: StreamFormat<ConverseEvent> = {
  toEvent: (frame) => eventOf(frame.name, JSON.parse(frame.payload)),
  isOpening: (event) => 'messageStart' in event,
  isLast: (event) => 'messageStop' in event,
  trace: (events, trace) => trace.read(events),
};

function eventOf(name: string, payload: unknown): ConverseEvent {
  // Nearly every event: a literal is made ten times as fast as an object with a computed name.
  const event: unknown = name === 'contentBlockDelta' ? { contentBlockDelta: payload } : { [name]: payload };
  return event as ConverseEvent;
}
