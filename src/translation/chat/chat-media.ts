import type {
  ChatCompletionContentPart,
  ChatCompletionContentPartImage,
  ChatCompletionContentPartInputAudio,
} from 'openai/resources/chat/completions';

import { badRequest } from '../../errors.ts';
import type { Attachments } from '../attachments/attachments.ts';
import { isDataUri, parseDataUri } from '../attachments/data-uri.ts';
import type { AudioBlock, DocumentBlock, ImageBlock } from '../converse/wire.ts';

type FilePart = ChatCompletionContentPart.File;
export type MediaPart = ChatCompletionContentPartImage | ChatCompletionContentPartInputAudio | FilePart;
export type MediaBlock = { image: ImageBlock } | { document: DocumentBlock } | { audio: AudioBlock };

/** A part that is not words, wherever it may stand: `param` is its path, e.g. `messages[2].content[1]`. */
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
  attachments.require('vision', `${param}.type`);
  const image = fieldsOf(part.image_url, `${param}.image_url`);
  const path = `${param}.image_url.url`;
  const url = textOf(image.url, path);
  // Bedrock's models always look at the whole image, as `auto`, `high` and `original` ask for.
  if (image.detail === 'low') attachments.adjustments.ignored('image_url.detail');
  if (isDataUri(url)) return attachments.image(dataOf(url, path).base64, path);
  if (!isHttps(url)) throw badRequest('An image must be given as a data: URL in base64, or by an https:// URL.', path);
  return attachments.imageAt(url, path);
}

function readFile(part: FilePart, attachments: Attachments, param: string): MediaBlock {
  attachments.require('documents', `${param}.type`);
  const file = fieldsOf(part.file, `${param}.file`);
  if (isGiven(file.file_id)) {
    throw badRequest('This gateway keeps no files: send the file itself as file_data.', `${param}.file.file_id`);
  }
  const path = `${param}.file.file_data`;
  const filename = isGiven(file.filename) ? textOf(file.filename, `${param}.file.filename`) : undefined;
  const { base64, type } = dataOf(textOf(file.file_data, path), path);
  return attachments.document(base64, { filename, type }, path);
}

function readAudio(part: ChatCompletionContentPartInputAudio, attachments: Attachments, param: string): MediaBlock {
  attachments.require('audio', `${param}.type`);
  const audio = fieldsOf(part.input_audio, `${param}.input_audio`);
  const params = { data: `${param}.input_audio.data`, format: `${param}.input_audio.format` };
  const { base64 } = dataOf(textOf(audio.data, params.data), params.data);
  return attachments.audio(base64, textOf(audio.format, params.format), params);
}

/** The URL as the preparation collects it and the translation asks for it. */
export function isHttps(url: string): boolean {
  return url.slice(0, 8).toLowerCase() === 'https://';
}

/** Base64 with or without a data URI around it: clients send both. */
function dataOf(text: string, param: string): { base64: string; type?: string } {
  if (!isDataUri(text)) return { base64: text };
  const data = parseDataUri(text);
  if (!data) throw badRequest('A data: URL must hold base64, as in data:image/png;base64,iVBOR….', param);
  return data;
}

/** What stands in a part is the client's: nothing is as its type says. */
function fieldsOf(value: unknown, param: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw badRequest('This must be an object.', param);
  return value as Record<string, unknown>;
}

function textOf(value: unknown, param: string): string {
  if (typeof value !== 'string') throw badRequest('This must be a string.', param);
  return value;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
