import type { ContentBlock } from './converse.ts';

/** What a block adds to the text of the answer. */
export function textOfBlock({ text, citationsContent }: ContentBlock): string {
  return text ?? (citationsContent?.content ?? []).map(({ text }) => text ?? '').join('');
}
