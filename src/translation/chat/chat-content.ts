import type { ChatCompletionContentPart, ChatCompletionContentPartRefusal } from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import type { Attachments } from '../attachments/attachments.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import type { CachePoint } from '../converse/cache-control.ts';
import { blocksOf, readText } from '../converse/content-parts.ts';
import type { ContentBlock } from '../converse/wire.ts';
import { readMediaPart } from './chat-media.ts';

type Part = ChatCompletionContentPart | ChatCompletionContentPartRefusal;
type Content = string | readonly Part[];

/** The words of a system or assistant message as Converse blocks. `param` is the path of the content. */
export function readContent(
  content: Content,
  speaker: 'system' | 'assistant',
  param: string,
  adjustments: Adjustments,
): ({ text: string } | CachePoint)[] {
  return blocksOf(content, param, adjustments, (part: Part, path) => {
    switch (part.type) {
      case 'text':
        return readText(part.text, `${path}.text`);
      case 'refusal':
        if (speaker !== 'assistant') throw badRequest('Only the assistant refuses.', `${path}.type`);
        return readText(part.refusal, `${path}.refusal`);
      case 'image_url':
      case 'input_audio':
      case 'file':
        throw badRequest(`Parts of type ${part.type} belong into messages of the user.`, `${path}.type`);
      default:
        part satisfies never;
        throw badRequest('A content part must be of type text.', `${path}.type`);
    }
  });
}

/** What a user says and shows. */
export function readUserContent(
  content: Content,
  attachments: Attachments,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  return blocksOf(content, param, adjustments, (part: Part, path): ContentBlock => {
    switch (part.type) {
      case 'text':
        return readText(part.text, `${path}.text`);
      case 'image_url':
      case 'input_audio':
      case 'file':
        return readMediaPart(part, attachments, path);
      case 'refusal':
        throw badRequest('Only the assistant refuses.', `${path}.type`);
      default:
        part satisfies never;
        throw badRequest('A content part must be of type text, image_url, input_audio or file.', `${path}.type`);
    }
  });
}
