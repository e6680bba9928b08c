import type { CallSlots } from '../request/call-slots.ts';
import type { OpenedStreamAnswer } from './attempts/attempt.ts';
import type { RequestCancelSignal } from '../request/cancel-signal.ts';
import type { AcceptedAnswer } from './accounting/accepted-answer.ts';

/** A stream and its target. It has no target while it is not open. */
export interface MeteredStream<Event> extends AcceptedAnswer {
  body: AsyncIterable<Event[]>;
}

/**
 * Opens one of several streams of a request, which holds a slot until it ends. If a slot is free, resolves when the stream has
 * begun. Otherwise resolves at once, and the stream begins when another stream of the request has ended.
 */
export async function streamInSlot<Event>(
  slots: CallSlots,
  signal: RequestCancelSignal,
  open: () => Promise<OpenedStreamAnswer<Event>>,
): Promise<MeteredStream<Event>> {
  if (!slots.tryAcquire()) return lateStream(slots, open);
  try {
    const served = await open();
    return {
      body: releasing(served.body, slots, signal),
      get target() {
        return served.target;
      },
      get upstreamRequestId() {
        return served.upstreamRequestId;
      },
      get continued() {
        return served.continued;
      },
      settle: (usage) => served.settle(usage),
    };
  } catch (error) {
    slots.release();
    throw error;
  }
}

function lateStream<Event>(slots: CallSlots, open: () => Promise<OpenedStreamAnswer<Event>>): MeteredStream<Event> {
  let served: OpenedStreamAnswer<Event> | undefined;
  async function* body(): AsyncGenerator<Event[]> {
    await slots.acquire();
    try {
      served = await open();
      yield* served.body;
    } finally {
      slots.release();
    }
  }
  return {
    body: body(),
    get target() {
      return served?.target;
    },
    get upstreamRequestId() {
      return served?.upstreamRequestId;
    },
    get continued() {
      return served?.continued;
    },
    settle: (usage) => served?.settle(usage),
  };
}

/** Returns a stream that releases its slot once: when it ends, when its reader leaves, or when `signal` is aborted. */
function releasing<Event>(
  stream: AsyncIterable<Event[]>,
  slots: CallSlots,
  signal: RequestCancelSignal,
): AsyncIterable<Event[]> {
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    signal.removeEventListener('abort', release);
    slots.release();
  };
  signal.addEventListener('abort', release);
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = stream[Symbol.asyncIterator]();
      return {
        next: async () => {
          try {
            const result = await iterator.next();
            if (result.done) release();
            return result;
          } catch (error) {
            release();
            throw error;
          }
        },
        return: async () => {
          release();
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
