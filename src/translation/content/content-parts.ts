import { invalidType, notContent, notText } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import { withCachePoint, type CachePoint } from './cache-control.ts';
import { textBlock } from './text-blocks.ts';
import type { ContentBlock } from '../../wire/converse.ts';

/** Content in parts, or plain words: each part as its block, followed by the cache point that it asks for. */
export function toContentBlocks<Part extends object, Block extends ContentBlock>(
  content: string | readonly Part[],
  param: string,
  adjustments: Adjustments,
  read: (part: Part, path: string) => Block,
): (Block | { text: string } | CachePoint)[] {
  if (typeof content === 'string') return [textBlock(content)];
  if (!Array.isArray(content)) throw notContent(param, content);
  return content.flatMap((part: Part, index: number) => {
    const path = `${param}[${index}]`;
    if (typeof part !== 'object' || part === null) throw invalidType(path, 'an object', part);
    return withCachePoint(read(part, path), part, path, adjustments);
  });
}

/** The words of a part, which are the client's, hence `unknown`. */
export function readText(text: unknown, param: string): { text: string } {
  if (typeof text !== 'string') throw notText(param, text);
  return textBlock(text);
}
