import type { StreamEvent } from '../http/stream.ts';

/** Letters of one token of a long word. */
const LETTERS_PER_TOKEN = 6;
const PARTS = /\p{L}+|\p{N}|[^\p{L}\p{N}\s]/gu;

/**
 * Counts the tokens of output that were sent before a stream ended. Differs from the gateway's estimate on purpose: a word is
 * one token for each six letters, and a digit or another sign is one token.
 */
export function tokensOfDeltas(deltas: readonly StreamEvent[]): number {
  const text = deltas.map(textOf).join('');
  const parts = text.match(PARTS) ?? [];
  return parts.reduce((tokens, part) => tokens + Math.ceil(part.length / LETTERS_PER_TOKEN), 0);
}

/** Returns the text of an event of Converse or of Anthropic's stream. */
function textOf({ name, payload }: StreamEvent): string {
  const { bytes, delta } = payload as { bytes?: string; delta?: object };
  const content = name === 'chunk' ? deltaIn(bytes ?? '') : delta;
  return stringsIn(content);
}

function deltaIn(base64: string): object | undefined {
  return (JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as { delta?: object }).delta;
}

function stringsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .filter(([key]) => key !== 'type' && key !== 'signature')
    .map(([, entry]) => stringsIn(entry))
    .join('');
}
