import { badRequest, type GatewayError } from '../../../errors/errors.ts';
import { notListed } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import {
  requestsReducedDetail,
  documentFromFile,
  imageFromUrl,
  hasValue,
  asString,
} from '../../attachments/media-sources.ts';
import type { Adjustments } from '../../adjustments.ts';
import { toContentBlocks, readText } from '../../content/content-parts.ts';
import type { SystemInstruction } from '../../history/system-prompt.ts';
import type { ContentBlock } from '../../../wire/converse.ts';

/** A content part as the client sent it. Not yet validated. */
type Part = Readonly<Record<string, unknown>> & { type?: unknown };

/**
 * Converts the text of a system, developer or assistant message.
 *
 * @param param - path of the content
 * @throws GatewayError 400 with `param` for a part that is not text
 */
export function readResponsesText(
  content: unknown,
  role: 'system' | 'assistant',
  param: string,
  adjustments: Adjustments,
): SystemInstruction[] {
  return toContentBlocks(content as readonly Part[], param, adjustments, (part, path) => {
    switch (part.type) {
      case 'input_text':
        return readText(part['text'], `${path}.text`);
      case 'output_text':
      case 'refusal':
        if (role === 'assistant') return readText(part['text'] ?? part['refusal'], `${path}.text`);
        throw assistantPart(part.type, `${path}.type`);
      case 'input_image':
      case 'input_file':
        throw badRequest(
          `Content parts of type '${part.type}' are only supported in messages with the role 'user' and in tool outputs.`,
          `${path}.type`,
        );
      default:
        throw notListed(
          `${path}.type`,
          role === 'assistant' ? ['input_text', 'output_text', 'refusal'] : ['input_text'],
          part.type,
        );
    }
  });
}

/**
 * Converts the content of a user message or of a tool output: text, images, files.
 *
 * @param param - path of the content
 * @throws GatewayError 400 with `param` if a part is invalid or the model does not support it
 */
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
        throw assistantPart(part.type, `${path}.type`);
      default:
        throw notListed(`${path}.type`, ['input_text', 'input_image', 'input_file'], part.type);
    }
  });
}

/**
 * Converts an image part with an https URL or a data URL.
 *
 * @param param - path of the part
 * @throws GatewayError 400 with `param` for an invalid image
 */
export function readResponsesImage(part: Part, attachments: Attachments, param: string): ContentBlock {
  const unsupported = attachments.unsupportedImage(`${param}.type`);
  if (unsupported) return unsupported;
  if (hasValue(part['file_id'])) {
    throw badRequest('The gateway does not store files. Send the image as image_url.', `${param}.file_id`);
  }
  // Models on Bedrock always receive the whole image, as `auto`, `high` and `original` ask for.
  if (requestsReducedDetail(part['detail'])) attachments.adjustments.ignored('input_image.detail');
  const path = `${param}.image_url`;
  return imageFromUrl(asString(part['image_url'], path), attachments, path);
}

/**
 * Converts a file part with data.
 *
 * @param param - path of the part
 * @throws GatewayError 400 with `param` for an invalid file
 */
export function readResponsesFile(part: Part, attachments: Attachments, param: string): ContentBlock {
  const unsupported = attachments.unsupportedDocument(`${param}.type`);
  if (unsupported) return unsupported;
  if (hasValue(part['file_url'])) {
    throw badRequest('Files by URL are not supported. Send the file as file_data.', `${param}.file_url`);
  }
  return documentFromFile(part, attachments, param);
}

function assistantPart(type: string, param: string): GatewayError {
  return badRequest(`Content parts of type '${type}' are only supported in messages with the role 'assistant'.`, param);
}
