import type { ConverseEvent } from '../../wire/converse.ts';
import type { StreamFormat } from '../transport/event-stream-sink.ts';

/** Format of ConverseStream. The event name of a frame is the member's name in the SDK's union. */
export const CONVERSE_STREAM_FORMAT: StreamFormat<ConverseEvent> = {
  toEvent: (frame) => eventOf(frame.name, JSON.parse(frame.payload)),
  isOpening: (event) => 'messageStart' in event,
  isLast: (event) => 'messageStop' in event,
  trace: (events, trace) => trace.read(events),
};

function eventOf(name: string, payload: unknown): ConverseEvent {
  // Nearly every event has this name, and an object literal is ten times as fast as a computed property name.
  const event: unknown = name === 'contentBlockDelta' ? { contentBlockDelta: payload } : { [name]: payload };
  return event as ConverseEvent;
}
