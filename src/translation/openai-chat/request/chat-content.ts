import type { ChatCompletionContentPart, ChatCompletionContentPartRefusal } from 'openai/resources/chat/completions';

import { badRequest } from '../../../errors/errors.ts';
import { notListed } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import type { Adjustments } from '../../adjustments.ts';
import { type CachePoint, cachePointOf } from '../../content/cache-control.ts';
import { toContentBlocks, readText } from '../../content/content-parts.ts';
import type { ContentBlock } from '../../../wire/converse.ts';
import { isResultPart, readForeignPart, readResultPart } from './chat-foreign-parts.ts';
import { readMediaPart } from './chat-media.ts';

type Part = ChatCompletionContentPart | ChatCompletionContentPartRefusal;
type Content = string | readonly Part[];

/** Words of the Responses API. */
const FOREIGN_WORDS: readonly string[] = ['input_text', 'output_text'];

/** The words of a system or assistant message as Converse blocks. `param` is the path of the content. */
export function readChatText(
  content: Content,
  speaker: 'system' | 'assistant',
  param: string,
  adjustments: Adjustments,
): ({ text: string } | CachePoint)[] {
  return toContentBlocks(content, param, adjustments, (part: Part, path) => {
    switch (part.type) {
      case 'text':
        return readText(part.text, `${path}.text`);
      case 'refusal':
        if (speaker !== 'assistant') throw notListed(`${path}.type`, ['text'], part.type);
        return readText(part.refusal, `${path}.refusal`);
      case 'image_url':
      case 'input_audio':
      case 'file':
        throw badRequest(`Parts of type ${part.type} belong into messages of the user.`, `${path}.type`);
      default:
        part satisfies never;
        if (FOREIGN_WORDS.includes((part as Part).type))
          return readText((part as { text?: unknown }).text, `${path}.text`);
        throw notListed(`${path}.type`, speaker === 'assistant' ? ['text', 'refusal'] : ['text'], (part as Part).type);
    }
  });
}

/** What a user says and shows, with results of tools where they stand among the parts, as at Anthropic. */
export function readChatUserContent(
  content: Content,
  attachments: Attachments,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (!Array.isArray(content) || !content.some(isResultPart)) {
    return readShownContent(content, attachments, param, adjustments);
  }
  return content.flatMap((part: Part, index): ContentBlock[] => {
    const path = `${param}[${index}]`;
    if (!isResultPart(part)) return readShownContent([part], attachments, path, adjustments);
    const point = cachePointOf(part['cache_control'], `${path}.cache_control`);
    return [...readResultPart(part, attachments, path, adjustments), ...(point ? [point] : [])];
  });
}

/** What a user or a tool says and shows. */
export function readShownContent(
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
        const block = readForeignPart(part, attachments, path);
        if (block) return block;
        throw notListed(`${path}.type`, ['text', 'image_url', 'input_audio', 'file'], (part as Part).type);
      }
    }
  });
}
