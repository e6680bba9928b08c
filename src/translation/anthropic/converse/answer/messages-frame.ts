import type { SseFrame } from '../../../../wire/sse-frame.ts';

/** One event of Anthropic's: its clients go by the name on the line of its own, and by the type in the data. */
export function anthropicFrame(type: string, fields: object): SseFrame {
  return { event: type, data: JSON.stringify({ type, ...fields }) };
}

/** The one that comes most often, written without an object for it. `field` is that of the piece. */
export function anthropicDeltaFrame(index: number, type: string, field: string, piece: string): SseFrame {
  const delta = `{"type":"${type}","${field}":${JSON.stringify(piece)}}`;
  return { event: 'content_block_delta', data: `{"type":"content_block_delta","index":${index},"delta":${delta}}` };
}
