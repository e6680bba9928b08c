import type { ChatCompletionContentPart, ChatCompletionContentPartRefusal } from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import { withCachePoint, type CachePoint } from '../converse/cache-control.ts';
import { textBlock } from '../converse/content.ts';

type Part = ChatCompletionContentPart | ChatCompletionContentPartRefusal;
type Speaker = 'system' | 'user' | 'assistant';

/** A message's content, string or parts, as Converse blocks. `param` is its path in the request. */
export function readContent(
  content: string | readonly Part[],
  speaker: Speaker,
  param: string,
  adjustments: Adjustments,
): ({ text: string } | CachePoint)[] {
  if (typeof content === 'string') return [textBlock(content)];
  if (!Array.isArray(content)) throw badRequest('content must be a string or a list of parts.', param);
  return content.flatMap((part: Part, index) => {
    const path = `${param}[${index}]`;
    return withCachePoint(readPart(part, speaker, path), part, path, adjustments);
  });
}

function readPart(part: Part, speaker: Speaker, param: string): { text: string } {
  if (typeof part !== 'object' || part === null) throw badRequest('A content part must be an object.', param);
  switch (part.type) {
    case 'text':
      return readText(part.text, `${param}.text`);
    case 'refusal':
      if (speaker !== 'assistant') throw badRequest('Only the assistant refuses.', `${param}.type`);
      return readText(part.refusal, `${param}.refusal`);
    case 'image_url':
    case 'input_audio':
    case 'file':
      throw badRequest(`Content parts of type ${part.type} are not supported yet.`, `${param}.type`);
    default:
      part satisfies never;
      throw badRequest('A content part must be of type text.', `${param}.type`);
  }
}

function readText(text: unknown, param: string): { text: string } {
  if (typeof text !== 'string') throw badRequest('The text of a content part must be a string.', param);
  return textBlock(text);
}
