import type { RequestContext } from '../../request/request-context.ts';
import type { SseFrame } from '../../wire/sse-frame.ts';

/** Says in the stream, before the first frame of it, that an answer goes on from elsewhere. One a request. */
export function addContinuationComment(context: RequestContext): (frames: readonly SseFrame[]) => readonly SseFrame[] {
  let told = 0;
  return (frames) => {
    const { continued } = context.report;
    if (continued === undefined || continued.length === told) return frames;
    const [first, ...others] = frames;
    if (first === undefined) return frames;
    const comment = `continued after ${continued.slice(told).join(', ')}`;
    told = continued.length;
    return [{ ...first, comment }, ...others];
  };
}
