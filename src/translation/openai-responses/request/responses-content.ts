import { badRequest } from '../../../errors/errors.ts';
import { notListed } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import { asksForLess, documentFromFile, imageFromUrl, hasValue, asString } from '../../attachments/media-sources.ts';
import type { Adjustments } from '../../adjustments.ts';
import { toContentBlocks, readText } from '../../content/content-parts.ts';
import type { SystemInstruction } from '../../history/system-prompt.ts';
import type { ContentBlock } from '../../../wire/converse.ts';

/** A content part as the client sent it. */
type Part = Readonly<Record<string, unknown>> & { type?: unknown };

/** What the system, the developer or the assistant says: words only. `param` is the path of the content. */
export function readResponsesText(
  content: unknown,
  speaker: 'system' | 'assistant',
  param: string,
  adjustments: Adjustments,
): SystemInstruction[] {
  return toContentBlocks(content as readonly Part[], param, adjustments, (part, path) => {
    switch (part.type) {
      case 'input_text':
        return readText(part['text'], `${path}.text`);
      case 'output_text':
      case 'refusal':
        if (speaker === 'assistant') return readText(part['text'] ?? part['refusal'], `${path}.text`);
        throw badRequest(`Only the assistant has parts of type ${part.type}.`, `${path}.type`);
      case 'input_image':
      case 'input_file':
        throw badRequest(`Parts of type ${part.type} belong into messages of the user.`, `${path}.type`);
      default:
        throw notListed(
          `${path}.type`,
          speaker === 'assistant' ? ['input_text', 'output_text', 'refusal'] : ['input_text'],
          part.type,
        );
    }
  });
}

/** What a user says and shows, and what tools return. */
export function readResponsesContent(
  content: unknown,
  attachments: Attachments,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  return toContentBlocks(content as readonly Part[], param, adjustments, (part, path): ContentBlock => {
    switch (part.type) {
      case 'input_text':
        return readText(part['text'], `${path}.text`);
      case 'input_image':
        return readResponsesImage(part, attachments, path);
      case 'input_file':
        return readResponsesFile(part, attachments, path);
      case 'output_text':
      case 'refusal':
        throw badRequest(`Only the assistant has parts of type ${part.type}.`, `${path}.type`);
      default:
        throw notListed(`${path}.type`, ['input_text', 'input_image', 'input_file'], part.type);
    }
  });
}

/** An image, by its URL or as a data URL. */
export function readResponsesImage(part: Part, attachments: Attachments, param: string): ContentBlock {
  const unsupported = attachments.unsupportedImage(`${param}.type`);
  if (unsupported) return unsupported;
  if (hasValue(part['file_id'])) {
    throw badRequest('This gateway keeps no files: send the image itself as image_url.', `${param}.file_id`);
  }
  // Bedrock's models always look at the whole image, as `auto`, `high` and `original` ask for.
  if (asksForLess(part['detail'])) attachments.adjustments.ignored('input_image.detail');
  const path = `${param}.image_url`;
  return imageFromUrl(asString(part['image_url'], path), attachments, path);
}

/** A file, as data. */
export function readResponsesFile(part: Part, attachments: Attachments, param: string): ContentBlock {
  const unsupported = attachments.unsupportedDocument(`${param}.type`);
  if (unsupported) return unsupported;
  if (hasValue(part['file_url'])) {
    throw badRequest('Files are not fetched: send the file itself as file_data.', `${param}.file_url`);
  }
  return documentFromFile(part, attachments, param);
}
