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

/** Inputs for reading the content of a request. */
export interface ContentReaderOptions extends MediaReaderOptions {
  names: ToolNameMap;
  model: Model;
  adjustments: Adjustments;
}

/** Inputs for reading tool results. */
type ResultReaderOptions = MediaReaderOptions & Pick<ContentReaderOptions, 'adjustments'>;

/** Reads the system prompt. Throws GatewayError 400 for content other than text. */
export function readSystem(content: unknown, param: string): SystemInstruction[] {
  return readMessageBlocks(content, param, (block, path) => {
    if (block['type'] !== 'text') throw unexpectedBlockError(block['type'], 'text', path);
    return [readText(block['text'], `${path}.text`)];
  }) as SystemInstruction[];
}

/**
 * Reads the content of a user message: text, images, documents and tool results. Throws GatewayError 400 for invalid
 * blocks.
 */
export function readMessagesUserContent(
  content: unknown,
  options: ContentReaderOptions,
  param: string,
): ContentBlock[] {
  return readMessageBlocks(content, param, (block, path) => {
    if (block['type'] === 'tool_result') return readResult(block, options, path);
    return readContentBlock(block, options, 'text, image, document and tool_result', path);
  });
}

/**
 * Reads the content of an assistant message: text, thinking and tool calls. Throws GatewayError 400 for invalid blocks.
 */
export function readAssistantContent(content: unknown, options: ContentReaderOptions, param: string): ContentBlock[] {
  return readMessageBlocks(content, param, (block, path) => {
    switch (block['type']) {
      case 'text':
        return [readText(block['text'], `${path}.text`)];
      case 'thinking':
      case 'redacted_thinking':
        return readMessagesThinking(block, options.model, options.adjustments);
      case 'tool_use':
        return [readCall(block, options, path)];
      default:
        return serverBlockToText(block, options, 'text, thinking, redacted_thinking and tool_use', path);
    }
  });
}

function readContentBlock(
  block: JsonObject,
  options: ResultReaderOptions,
  allowed: string,
  path: string,
): ContentBlock[] {
  switch (block['type']) {
    case 'text':
      return [readText(block['text'], `${path}.text`)];
    case 'image':
      return [readMessagesImage(block, options, path)];
    case 'document':
      return [readDocument(block, options, path)];
    default:
      return serverBlockToText(block, options, allowed, path);
  }
}

/**
 * Converts blocks that only Claude or Anthropic's servers support to text, so that a session can change its model.
 * Throws GatewayError 400 for others.
 */
function serverBlockToText(
  block: JsonObject,
  { adjustments }: Pick<ContentReaderOptions, 'adjustments'>,
  allowed: string,
  path: string,
): ContentBlock[] {
  const { type } = block;
  if (!isServerBlock(block) && type !== 'tool_reference' && type !== 'search_result') {
    throw unexpectedBlockError(type, allowed, path);
  }
  adjustments.changed('messages.content', 'server_blocks_converted_to_text');
  return [textBlock(serverBlockAsText(block))];
}

/** Reads a tool call of the assistant. Throws GatewayError 400 for invalid fields. */
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

/**
 * Reads a tool result. Cache points of its content are added after the result. Throws GatewayError 400 for invalid
 * fields.
 */
export function readResult(block: JsonObject, options: ResultReaderOptions, path: string): ContentBlock[] {
  const toolUseId = asString(block['tool_use_id'], `${path}.tool_use_id`);
  const resultContent = hasValue(block['content']) ? block['content'] : '';
  const { content, points } = toToolResult(resultContent, `${path}.content`, (parts) =>
    readMessageBlocks(parts, `${path}.content`, (part, at) =>
      readContentBlock(part, options, 'text, image and document', at),
    ),
  );
  const isError = block['is_error'] === true;
  return [{ toolResult: { toolUseId, content, ...(isError && { status: 'error' }) } }, ...points];
}
