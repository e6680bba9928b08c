import type { SseFrame } from '../../../../wire/sse-frame.ts';

/** Creates an event of Anthropic's stream. Clients read the name on the event line, and the type in the data. */
export function anthropicFrame(type: string, fields: object): SseFrame {
  return { event: type, data: JSON.stringify({ type, ...fields }) };
}

/**
 * Creates a delta frame, the most frequent one, without allocating an object for it. `field`: name of the delta's field
 * with the piece.
 */
export function anthropicDeltaFrame(index: number, type: string, field: string, piece: string): SseFrame {
  const delta = `{"type":"${type}","${field}":${JSON.stringify(piece)}}`;
  return { event: 'content_block_delta', data: `{"type":"content_block_delta","index":${index},"delta":${delta}}` };
}
