/** A server-sent event. `data` is JSON text. */
export interface SseFrame {
  /** Comment for human readers. Clients skip it. */
  comment?: string;
  event?: string;
  data: string;
}

/** Last frame of every successful stream of OpenAI's APIs: literal text, not JSON. */
export const SSE_DONE: SseFrame = { data: '[DONE]' };

/** Frames of an event without content for the client. */
export const NO_FRAMES: readonly SseFrame[] = [];
