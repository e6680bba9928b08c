import { isGiven, stringOf } from '../../../attachments/media-sources.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { textBlock } from '../../../content/text-blocks.ts';
import { readText } from '../../../content/content-parts.ts';
import type { Instruction } from '../../../history/system-prompt.ts';
import { readArguments } from '../../../tools/tool-input.ts';
import type { ToolNames } from '../../../tools/tool-names.ts';
import { resultContent } from '../../../tools/tool-result.ts';
import type { ContentBlock } from '../../../../wire/converse.ts';
import type { ModelCard } from '../../../../models/types/model.ts';
import { isServerBlock, serverBlockAsText } from '../../server-blocks.ts';
import { type MediaReading, readDocument, readImage } from './messages-attachments.ts';
import { foreignBlock, readBlocks } from './messages-blocks.ts';
import { readThought } from './messages-thinking.ts';
import type { Fields } from '../../../../wire/json/json-fields.ts';

/** What the blocks of a request are read with. */
export interface Reading extends MediaReading {
  names: ToolNames;
  model: ModelCard;
  adjustments: Adjustments;
}

/** What results of tools are read with. */
type ResultReading = MediaReading & Pick<Reading, 'adjustments'>;

/** Instructions: words only. */
export function readInstructions(content: unknown, param: string): Instruction[] {
  return readBlocks(content, param, (block, path) => {
    if (block['type'] !== 'text') throw foreignBlock(block['type'], 'text', path);
    return [readText(block['text'], `${path}.text`)];
  }) as Instruction[];
}

/** What a user says and shows, and what tools returned. */
export function readUserContent(content: unknown, reading: Reading, param: string): ContentBlock[] {
  return readBlocks(content, param, (block, path) => {
    if (block['type'] === 'tool_result') return readResult(block, reading, path);
    return shown(block, reading, 'text, image, document and tool_result', path);
  });
}

/** What the assistant thought, said and called. */
export function readAssistantContent(content: unknown, reading: Reading, param: string): ContentBlock[] {
  return readBlocks(content, param, (block, path) => {
    switch (block['type']) {
      case 'text':
        return [readText(block['text'], `${path}.text`)];
      case 'thinking':
      case 'redacted_thinking':
        return readThought(block, reading.model, reading.adjustments);
      case 'tool_use':
        return [readCall(block, reading, path)];
      default:
        return foreign(block, reading, 'text, thinking, redacted_thinking and tool_use', path);
    }
  });
}

function shown(block: Fields, reading: ResultReading, known: string, path: string): ContentBlock[] {
  switch (block['type']) {
    case 'text':
      return [readText(block['text'], `${path}.text`)];
    case 'image':
      return [readImage(block, reading, path)];
    case 'document':
      return [readDocument(block, reading, path)];
    default:
      return foreign(block, reading, known, path);
  }
}

/** Blocks that only Claude or Anthropic's servers know, as text, so that a session may change its model. Throws 400 for others. */
function foreign(
  block: Fields,
  { adjustments }: Pick<Reading, 'adjustments'>,
  known: string,
  path: string,
): ContentBlock[] {
  const { type } = block;
  if (!isServerBlock(block) && type !== 'tool_reference' && type !== 'search_result') {
    throw foreignBlock(type, known, path);
  }
  adjustments.changed('messages.content', 'server_blocks_as_text');
  return [textBlock(serverBlockAsText(block))];
}

/** A call of the assistant. */
export function readCall(
  block: Fields,
  { names, adjustments }: Pick<Reading, 'names' | 'adjustments'>,
  path: string,
): ContentBlock {
  const toolUseId = stringOf(block['id'], `${path}.id`);
  const name = stringOf(block['name'], `${path}.name`);
  return { toolUse: { toolUseId, name: names.toBedrock(name), input: readArguments(block['input'], adjustments) } };
}

/** Cache points within a result stand behind it. */
export function readResult(block: Fields, reading: ResultReading, path: string): ContentBlock[] {
  const toolUseId = stringOf(block['tool_use_id'], `${path}.tool_use_id`);
  const said = isGiven(block['content']) ? block['content'] : '';
  const { content, points } = resultContent(said, `${path}.content`, (parts) =>
    readBlocks(parts, `${path}.content`, (part, at) => shown(part, reading, 'text, image and document', at)),
  );
  const isError = block['is_error'] === true;
  return [{ toolResult: { toolUseId, content, ...(isError && { status: 'error' }) } }, ...points];
}
