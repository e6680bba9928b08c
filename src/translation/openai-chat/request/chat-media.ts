import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionContentPartInputAudio,
} from 'openai/resources/chat/completions';

import { notObject } from '../../../limits/field-errors.ts';
import type { Attachments } from '../../attachments/attachments.ts';
import {
  requestsReducedDetail,
  base64Of,
  documentFromFile,
  imageFromUrl,
  asString,
} from '../../attachments/media-sources.ts';
import type { AudioBlock, DocumentBlock, ImageBlock } from '../../../wire/converse.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';

type FilePart = ChatCompletionContentPart.File;
/** A part of OpenAI's content that is not text. */
export type MediaPart = ChatCompletionContentPartImage | ChatCompletionContentPartInputAudio | FilePart;
/** The Converse block of a media part. */
export type MediaBlock = { image: ImageBlock } | { document: DocumentBlock } | { audio: AudioBlock };

/**
 * Converts an image, file or audio part to a Converse block.
 *
 * @param param - path of the part, e.g. `messages[2].content[1]`
 * @throws GatewayError 400 with `param` if the part is invalid or the model does not support it
 */
export function readMediaPart(part: MediaPart, attachments: Attachments, param: string): MediaBlock {
  switch (part.type) {
    case 'image_url':
      return readImage(part, attachments, param);
    case 'file':
      return readFile(part, attachments, param);
    case 'input_audio':
      return readAudio(part, attachments, param);
    default:
      return part satisfies never;
  }
}

function readImage(part: ChatCompletionContentPartImage, attachments: Attachments, param: string): MediaBlock {
  const unsupported = attachments.unsupportedImage(`${param}.type`);
  if (unsupported) return unsupported;
  const image = fieldsOf(part.image_url, `${param}.image_url`);
  const path = `${param}.image_url.url`;
  // Models on Bedrock always receive the whole image, as `auto`, `high` and `original` ask for.
  if (requestsReducedDetail(image['detail'])) attachments.adjustments.ignored('image_url.detail');
  return imageFromUrl(asString(image['url'], path), attachments, path);
}

function readFile(part: FilePart, attachments: Attachments, param: string): MediaBlock {
  const unsupported = attachments.unsupportedDocument(`${param}.type`);
  if (unsupported) return unsupported;
  return documentFromFile(fieldsOf(part.file, `${param}.file`), attachments, `${param}.file`);
}

function readAudio(part: ChatCompletionContentPartInputAudio, attachments: Attachments, param: string): MediaBlock {
  attachments.requireAudio(`${param}.type`);
  const audio = fieldsOf(part.input_audio, `${param}.input_audio`);
  const params = { data: `${param}.input_audio.data`, format: `${param}.input_audio.format` };
  const { base64 } = base64Of(asString(audio['data'], params.data), params.data);
  return attachments.audio(base64, audio['format'], params);
}

/** Returns the fields of an object that the client sent; throws GatewayError 400 for any other value. */
function fieldsOf(value: unknown, param: string): Record<string, unknown> {
  if (!isRecord(value)) throw notObject(param, value);
  return value;
}
