import type { RequestContext } from '../../request/request-context.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';

/**
 * Returns a function that adds a comment to the first frame after each resumption of a stream: `continued after` and the
 * targets that failed. Each request needs its own function.
 */
export function addContinuationComment(context: RequestContext): (frames: readonly SseFrame[]) => readonly SseFrame[] {
  let reported = 0;
  return (frames) => {
    const { continued } = context.report;
    if (continued === undefined || continued.length === reported) return frames;
    const [first, ...others] = frames;
    if (first === undefined) return frames;
    const comment = `continued after ${continued.slice(reported).join(', ')}`;
    reported = continued.length;
    return [{ ...first, comment }, ...others];
  };
}
