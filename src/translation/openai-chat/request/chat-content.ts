import type { ChatCompletionContentPart, ChatCompletionContentPartRefusal } from 'openai/resources/chat/completions';

import { badRequest } from '../../../errors/errors.ts';
import { notListed } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import type { Adjustments } from '../../adjustments.ts';
import { type CachePoint, cachePointOf } from '../../content/cache-control.ts';
import { toContentBlocks, readText } from '../../content/content-parts.ts';
import type { ContentBlock } from '../../../wire/converse.ts';
import { isResultPart, readOtherApiPart, readResultPart } from './chat-other-api-parts.ts';
import { readMediaPart } from './chat-media.ts';

type Part = ChatCompletionContentPart | ChatCompletionContentPartRefusal;
type Content = string | readonly Part[];

/** Types of text parts in the Responses API. */
const RESPONSES_TEXT_TYPES: readonly string[] = ['input_text', 'output_text'];

/**
 * Converts the text of a system or assistant message to Converse blocks.
 *
 * @param param - path of the content
 * @throws GatewayError 400 with `param` for a part that is not text
 */
export function readChatText(
  content: Content,
  role: 'system' | 'assistant',
  param: string,
  adjustments: Adjustments,
): ({ text: string } | CachePoint)[] {
  return toContentBlocks(content, param, adjustments, (part: Part, path) => {
    switch (part.type) {
      case 'text':
        return readText(part.text, `${path}.text`);
      case 'refusal':
        if (role !== 'assistant') throw notListed(`${path}.type`, ['text'], part.type);
        return readText(part.refusal, `${path}.refusal`);
      case 'image_url':
      case 'input_audio':
      case 'file':
        throw badRequest(
          `Content parts of type '${part.type}' are only supported in messages with the role 'user' or 'tool'.`,
          `${path}.type`,
        );
      default:
        part satisfies never;
        if (RESPONSES_TEXT_TYPES.includes((part as Part).type))
          return readText((part as { text?: unknown }).text, `${path}.text`);
        throw notListed(`${path}.type`, role === 'assistant' ? ['text', 'refusal'] : ['text'], (part as Part).type);
    }
  });
}

/**
 * Converts the content of a user message to Converse blocks. Accepts tool results among the parts, as in Anthropic's API.
 *
 * @param param - path of the content
 * @throws GatewayError 400 with `param` for an invalid part
 */
export function readChatUserContent(
  content: Content,
  attachments: Attachments,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (!Array.isArray(content) || !content.some(isResultPart)) {
    return readMediaContent(content, attachments, param, adjustments);
  }
  return content.flatMap((part: Part, index): ContentBlock[] => {
    const path = `${param}[${index}]`;
    if (!isResultPart(part)) return readMediaContent([part], attachments, path, adjustments);
    const point = cachePointOf(part['cache_control'], `${path}.cache_control`);
    return [...readResultPart(part, attachments, path, adjustments), ...(point ? [point] : [])];
  });
}

/**
 * Converts the content of a user message or of a tool result to Converse blocks: text, images, audio, files.
 *
 * @param param - path of the content
 * @throws GatewayError 400 with `param` for an invalid part
 */
export function readMediaContent(
  content: Content,
  attachments: Attachments,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  return toContentBlocks(content, param, adjustments, (part: Part, path): ContentBlock => {
    switch (part.type) {
      case 'text':
        return readText(part.text, `${path}.text`);
      case 'image_url':
      case 'input_audio':
      case 'file':
        return readMediaPart(part, attachments, path);
      case 'refusal':
        throw notListed(`${path}.type`, ['text', 'image_url', 'input_audio', 'file'], part.type);
      default: {
        part satisfies never;
        const block = readOtherApiPart(part, attachments, path);
        if (block) return block;
        throw notListed(`${path}.type`, ['text', 'image_url', 'input_audio', 'file'], (part as Part).type);
      }
    }
  });
}
