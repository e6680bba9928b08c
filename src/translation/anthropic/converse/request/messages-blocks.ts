import { badRequest } from '../../../../errors/errors.ts';
import { invalidType, notContent, notText } from '../../../../limits/field-errors.ts';
import { cachePointOf } from '../../../content/cache-control.ts';
import { isBlank, textBlock } from '../../../content/text-blocks.ts';
import type { ContentBlock } from '../../../../wire/converse.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { isRecord } from '../../../../wire/json/json-fields.ts';

/**
 * Reads content, a string or a list of blocks. `read` converts one block. A block's cache point follows it. Throws
 * GatewayError 400 with the path below `param` for invalid content.
 */
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

/**
 * Creates the error for a block of a type that is not allowed at this position. `allowed`: list of the types that are.
 */
export function unexpectedBlockError(type: unknown, allowed: string, path: string): Error {
  if (typeof type !== 'string') return notText(`${path}.type`, type);
  return badRequest(
    `A content block of type ${type.slice(0, 100)} is not allowed here for this model. Allowed types: ${allowed}.`,
    `${path}.type`,
  );
}
