import { hasValue, asString } from '../../../attachments/media-sources.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { textBlock } from '../../../content/text-blocks.ts';
import { readText } from '../../../content/content-parts.ts';
import type { SystemInstruction } from '../../../history/system-prompt.ts';
import { parseToolArguments } from '../../../tools/tool-input.ts';
import type { ToolNameMap } from '../../../tools/tool-names.ts';
import { toToolResult } from '../../../tools/tool-result.ts';
import type { ContentBlock } from '../../../../wire/converse.ts';
import type { Model } from '../../../../models/types/model.ts';
import { isServerBlock, serverBlockAsText } from '../../server-blocks.ts';
import { type MediaReaderOptions, readDocument, readMessagesImage } from './messages-attachments.ts';
import { unexpectedBlockError, readMessageBlocks } from './messages-blocks.ts';
import { readMessagesThinking } from './messages-thinking.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';

/** What the blocks of a request are read with. */
export interface ContentReaderOptions extends MediaReaderOptions {
  names: ToolNameMap;
  model: Model;
  adjustments: Adjustments;
}

/** What results of tools are read with. */
type ResultReading = MediaReaderOptions & Pick<ContentReaderOptions, 'adjustments'>;

/** Instructions: words only. */
export function readSystem(content: unknown, param: string): SystemInstruction[] {
  return readMessageBlocks(content, param, (block, path) => {
    if (block['type'] !== 'text') throw unexpectedBlockError(block['type'], 'text', path);
    return [readText(block['text'], `${path}.text`)];
  }) as SystemInstruction[];
}

/** What a user says and shows, and what tools returned. */
export function readMessagesUserContent(
  content: unknown,
  reading: ContentReaderOptions,
  param: string,
): ContentBlock[] {
  return readMessageBlocks(content, param, (block, path) => {
    if (block['type'] === 'tool_result') return readResult(block, reading, path);
    return shown(block, reading, 'text, image, document and tool_result', path);
  });
}

/** What the assistant thought, said and called. */
export function readAssistantContent(content: unknown, reading: ContentReaderOptions, param: string): ContentBlock[] {
  return readMessageBlocks(content, param, (block, path) => {
    switch (block['type']) {
      case 'text':
        return [readText(block['text'], `${path}.text`)];
      case 'thinking':
      case 'redacted_thinking':
        return readMessagesThinking(block, reading.model, reading.adjustments);
      case 'tool_use':
        return [readCall(block, reading, path)];
      default:
        return foreign(block, reading, 'text, thinking, redacted_thinking and tool_use', path);
    }
  });
}

function shown(block: JsonObject, reading: ResultReading, known: string, path: string): ContentBlock[] {
  switch (block['type']) {
    case 'text':
      return [readText(block['text'], `${path}.text`)];
    case 'image':
      return [readMessagesImage(block, reading, path)];
    case 'document':
      return [readDocument(block, reading, path)];
    default:
      return foreign(block, reading, known, path);
  }
}

/** Blocks that only Claude or Anthropic's servers know, as text, so that a session may change its model. Throws 400 for others. */
function foreign(
  block: JsonObject,
  { adjustments }: Pick<ContentReaderOptions, 'adjustments'>,
  known: string,
  path: string,
): ContentBlock[] {
  const { type } = block;
  if (!isServerBlock(block) && type !== 'tool_reference' && type !== 'search_result') {
    throw unexpectedBlockError(type, known, path);
  }
  adjustments.changed('messages.content', 'server_blocks_converted_to_text');
  return [textBlock(serverBlockAsText(block))];
}

/** A call of the assistant. */
export function readCall(
  block: JsonObject,
  { names, adjustments }: Pick<ContentReaderOptions, 'names' | 'adjustments'>,
  path: string,
): ContentBlock {
  const toolUseId = asString(block['id'], `${path}.id`);
  const name = asString(block['name'], `${path}.name`);
  return {
    toolUse: { toolUseId, name: names.toBedrock(name), input: parseToolArguments(block['input'], adjustments) },
  };
}

/** Cache points within a result stand behind it. */
export function readResult(block: JsonObject, reading: ResultReading, path: string): ContentBlock[] {
  const toolUseId = asString(block['tool_use_id'], `${path}.tool_use_id`);
  const said = hasValue(block['content']) ? block['content'] : '';
  const { content, points } = toToolResult(said, `${path}.content`, (parts) =>
    readMessageBlocks(parts, `${path}.content`, (part, at) => shown(part, reading, 'text, image and document', at)),
  );
  const isError = block['is_error'] === true;
  return [{ toolResult: { toolUseId, content, ...(isError && { status: 'error' }) } }, ...points];
}
