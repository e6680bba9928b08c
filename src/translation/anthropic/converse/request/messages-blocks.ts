import { badRequest } from '../../../../errors/errors.ts';
import { invalidType, notContent, notText } from '../../../../limits/field-errors.ts';
import { cachePointOf } from '../../../content/cache-control.ts';
import { isBlank, textBlock } from '../../../content/text-blocks.ts';
import type { ContentBlock } from '../../../../wire/converse.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';

/** Content in blocks, or plain words: what each block becomes, and behind it the cache point that it asks for. */
export function readMessageBlocks(
  content: unknown,
  param: string,
  read: (block: JsonObject, path: string) => readonly ContentBlock[],
): ContentBlock[] {
  if (typeof content === 'string') return [textBlock(content)];
  if (!Array.isArray(content)) throw notContent(param, content);
  return content.flatMap((block: unknown, index): readonly ContentBlock[] => {
    const path = `${param}[${index}]`;
    if (!isRecord(block)) throw invalidType(path, 'an object', block);
    const blocks = read(block, path);
    const point = cachePointOf(block['cache_control'], `${path}.cache_control`);
    return point === undefined || blocks.every(isBlank) ? blocks : [...blocks, point];
  });
}

/** For types of blocks that stand in the wrong place, or that nobody here knows. `what` is a list of those that may. */
export function unexpectedBlockError(type: unknown, what: string, path: string): Error {
  if (typeof type !== 'string') return notText(`${path}.type`, type);
  return badRequest(
    `A content block of type ${type.slice(0, 100)} cannot stand here for this model: only ${what}.`,
    `${path}.type`,
  );
}
