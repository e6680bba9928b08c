import type { ConverseEvent } from '../translation/converse/wire.ts';
import type { FrameWriter, SseFrame } from '../translation/dialect.ts';
import type { StructuredStreams } from '../translation/structured/structured-streams.ts';

/** Returns the frames for one batch of events. */
export function framesOf(events: readonly ConverseEvent[], index: number, writer: FrameWriter): readonly SseFrame[] {
  const [only] = events;
  // As nearly all batches are that were read when they came.
  if (only && events.length === 1) return writer.onEvent(only, index);
  return events.flatMap((event) => writer.onEvent(event, index));
}

/** Streams of JSON are never continued, so that nothing but a check that was not completed is marked in them. */
export function structuredFrames(
  structured: StructuredStreams,
  events: readonly ConverseEvent[],
  index: number,
  writer: FrameWriter,
): readonly SseFrame[] | Promise<readonly SseFrame[]> {
  const read = structured.read(events, index);
  if (!(read instanceof Promise)) return framesOf(read, index, writer);
  return read.then((checked) => {
    const frames = framesOf(checked, index, writer);
    const [first, ...others] = frames;
    if (!first || !structured.passedUnchecked) return frames;
    return [{ ...first, comment: 'unchecked: the answer could not be checked against its schema' }, ...others];
  });
}
