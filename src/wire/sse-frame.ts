/** One server-sent event; `data` is JSON text, ready to be written. */
export interface SseFrame {
  /** For people who read along; clients skip it. */
  comment?: string;
  event?: string;
  data: string;
}

/** Ends every good stream of OpenAI's dialects: literal text, not JSON. */
export const SSE_DONE: SseFrame = { data: '[DONE]' };

/** For events that have nothing to tell. */
export const NO_FRAMES: readonly SseFrame[] = [];
