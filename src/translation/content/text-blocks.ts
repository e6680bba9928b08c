import type { ContentBlock } from '../../wire/converse.ts';

declare global {
  // ES2024, available since Node 20, but missing in the library types that the compiler uses.
  interface String {
    isWellFormed(): boolean;
  }
}

/**
 * Removes lone surrogates, which Bedrock rejects with a ValidationException. Clients create them by cutting an emoji in
 * half. `isWellFormed` is nearly free; the expression takes 2 ms for 200 KB.
 */
export function withoutLoneSurrogates(text: string): string {
  return text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '');
}

/** Creates a text block without lone surrogates. */
export function textBlock(text: string): { text: string } {
  return { text: withoutLoneSurrogates(text) };
}

const NON_SPACE = /\S/;

/**
 * Returns true for a text block that is empty or white space only. Bedrock rejects both ("text content blocks must be
 * non-empty").
 */
export function isBlank(block: Pick<ContentBlock, 'text'>): boolean {
  return block.text !== undefined && !NON_SPACE.test(block.text);
}
