import type { ContentBlock } from './converse.ts';

/** Returns the text that a block contributes to the answer, including cited text. */
export function textOfBlock({ text, citationsContent }: ContentBlock): string {
  return text ?? (citationsContent?.content ?? []).map(({ text }) => text ?? '').join('');
}
