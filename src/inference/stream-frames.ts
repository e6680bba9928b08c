import type { RequestContext } from '../request/request-context.ts';
import type { ConverseEvent } from '../wire/converse.ts';
import type { FrameWriter } from '../translation/dialect.ts';
import type { StructuredStreams } from '../translation/structured/structured-streams.ts';
import { tellAlso } from './report-adjustments.ts';
import type { SseFrame } from '../wire/sse-frame.ts';

/** Returns the frames for one batch of events. */
export function framesOf(events: readonly ConverseEvent[], index: number, writer: FrameWriter): readonly SseFrame[] {
  const [only] = events;
  // As nearly all batches are that were read when they came.
  if (only && events.length === 1) return writer.onEvent(only, index);
  return events.flatMap((event) => writer.onEvent(event, index));
}

/** Streams of JSON are never continued: their comments report only what became of the requested format. */
export function structuredFrames(
  structured: StructuredStreams,
  events: readonly ConverseEvent[],
  index: number,
  { writer, context }: { writer: FrameWriter; context: RequestContext },
): readonly SseFrame[] | Promise<readonly SseFrame[]> {
  const read = structured.read(events, index);
  if (!(read instanceof Promise)) return framesOf(read, index, writer);
  return read.then((checked) => {
    const frames = framesOf(checked, index, writer);
    const last = frames.at(-1);
    const { adjustments } = structured;
    if (!last || adjustments.length === 0) return frames;
    // The headers are out: the line of the request and the metrics have it all the same.
    for (const adjustment of adjustments) tellAlso(context, adjustment);
    return [...frames.slice(0, -1), { ...last, comment: adjustments.map(commentOf).join('; ') }];
  });
}

function commentOf(adjustment: string): string {
  if (adjustment.endsWith('=unmet'))
    return `unmet: the answer does not conform to the requested format (${adjustment})`;
  return adjustment.endsWith('=unchecked')
    ? `unchecked: the answer could not be checked against its schema (${adjustment})`
    : `dropped: text beside calls of tools, which is not in the requested format (${adjustment})`;
}
