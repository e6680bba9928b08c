import type { ChatCompletionContentPart, ChatCompletionContentPartRefusal } from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import { textBlock } from '../converse/content.ts';

type Part = ChatCompletionContentPart | ChatCompletionContentPartRefusal;
/** Whose words they are; results of tools are read by the same rules as messages. */
export type Speaker = 'system' | 'user' | 'assistant' | 'tool';

/** A message's content, string or parts, as Converse blocks. `param` is its path in the request. */
export function readContent(content: string | readonly Part[], speaker: Speaker, param: string): { text: string }[] {
  if (typeof content === 'string') return [textBlock(content)];
  if (!Array.isArray(content)) throw badRequest('content must be a string or a list of parts.', param);
  return content.map((part: Part, index) => readPart(part, speaker, `${param}[${index}]`));
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
