import { badRequest } from '../../errors/errors.ts';
import { isBlank, textBlock } from '../content/text-blocks.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import type { ContentBlock, ToolResultContent } from '../../wire/converse.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** What a tool returned, as Converse takes it, and the cache points in it, which stand behind it. */
export interface PreparedToolResult {
  content: ToolResultContent[];
  points: ContentBlock[];
}

/** `read` reads what is text or a list of parts, in the dialect's words for them. */
export function toToolResult(
  content: unknown,
  param: string,
  read: (content: unknown) => ContentBlock[],
): PreparedToolResult {
  // OpenAI takes text only; the dictionary of a client that forgot to serialise it says the same.
  if (exceedsMaxDepth(content)) throw badRequest(`A result may be nested ${MAX_JSON_DEPTH} levels deep.`, param);
  if (isRecord(content)) return { content: [{ json: content as Record<string, never> }], points: [] };
  const blocks = read(content);
  if (blocks.some((block) => block.audio)) throw badRequest('Results of tools hold no audio.', param);
  const said = blocks.filter((block) => !block.cachePoint && !isBlank(block)) as ToolResultContent[];
  return {
    // "The content field … is empty": a tool may well have nothing to say.
    content: said.length > 0 ? said : [textBlock('(no output)')],
    points: blocks.filter((block) => block.cachePoint),
  };
}
