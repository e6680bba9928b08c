import { invalidType, notContent, notText } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import { withCachePoint, type CachePoint } from './cache-control.ts';
import { textBlock } from './text-blocks.ts';
import type { ContentBlock } from '../../wire/converse.ts';

/**
 * Converts content, a string or a list of parts, to blocks. `read` converts one part. A part's cache point follows its
 * block. Throws GatewayError 400 with the path below `param` for invalid content.
 */
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

/** Converts the text of a part. Throws GatewayError 400 if the client sent another type. */
export function readText(text: unknown, param: string): { text: string } {
  if (typeof text !== 'string') throw notText(param, text);
  return textBlock(text);
}
