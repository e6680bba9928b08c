import { badRequest } from '../../errors/errors.ts';
import { isBlank, textBlock } from '../content/text-blocks.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import type { ContentBlock, ToolResultContent } from '../../wire/converse.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** A tool result for Converse. `points` are its cache points, which follow after it. */
export interface PreparedToolResult {
  content: ToolResultContent[];
  points: ContentBlock[];
}

/**
 * Converts a tool result. `read` converts text or a list of parts in the API's format. Throws GatewayError 400 for
 * audio and for too deep nesting.
 */
export function toToolResult(
  content: unknown,
  param: string,
  read: (content: unknown) => ContentBlock[],
): PreparedToolResult {
  // OpenAI accepts text only, but some clients send an object without serializing it.
  if (exceedsMaxDepth(content))
    throw badRequest(`A tool result may be nested at most ${MAX_JSON_DEPTH} levels deep.`, param);
  if (isRecord(content)) return { content: [{ json: content as Record<string, never> }], points: [] };
  const blocks = read(content);
  if (blocks.some((block) => block.audio)) throw badRequest('A tool result must not contain audio.', param);
  const nonBlank = blocks.filter((block) => !block.cachePoint && !isBlank(block)) as ToolResultContent[];
  return {
    // "The content field … is empty": a tool can return nothing.
    content: nonBlank.length > 0 ? nonBlank : [textBlock('(no output)')],
    points: blocks.filter((block) => block.cachePoint),
  };
}
