import { badRequest } from '../../errors/errors.ts';
import { notText } from '../../limits/field-errors.ts';
import type { DocumentBlock, ImageBlock } from '../../wire/converse.ts';
import type { Attachments } from './attachments.ts';
import { isDataUri, parseDataUri } from './data-uri.ts';

/** An image by its URL, wherever a dialect says it; `param` is the path of the URL. */
export function imageFromUrl(url: string, attachments: Attachments, param: string): { image: ImageBlock } {
  if (isDataUri(url)) return attachments.image(base64Of(url, param).base64, param);
  if (!isHttps(url)) throw badRequest('An image must be given as a data: URL in base64, or by an https:// URL.', param);
  return attachments.imageAt(url, param);
}

/** A file as OpenAI's dialects give it; `param` is the path of the fields. */
export function documentFromFile(
  file: Readonly<Record<string, unknown>>,
  attachments: Attachments,
  param: string,
): { document: DocumentBlock } {
  if (hasValue(file['file_id'])) {
    throw badRequest('This gateway keeps no files: send the file itself as file_data.', `${param}.file_id`);
  }
  const path = `${param}.file_data`;
  const filename = hasValue(file['filename']) ? asString(file['filename'], `${param}.filename`) : undefined;
  const { base64, type } = base64Of(asString(file['file_data'], path), path);
  return attachments.document(base64, { filename, type }, path);
}

/** The URL as the preparation collects it and the translation asks for it. */
export function isHttps(url: string): boolean {
  return url.slice(0, 8).toLowerCase() === 'https://';
}

/** Base64 with or without a data URI around it: clients send both. */
export function base64Of(text: string, param: string): { base64: string; type?: string } {
  if (!isDataUri(text)) return { base64: text };
  const data = parseDataUri(text);
  if (!data) throw badRequest('A data: URL must hold base64, as in data:image/png;base64,iVBOR….', param);
  return data;
}

/** What stands in a part is the client's: nothing is as its type says. */
export function asString(value: unknown, param: string): string {
  if (typeof value !== 'string') throw notText(param, value);
  return value;
}

/** The details of an image that ask for what Bedrock's models do anyway. */
const WHOLE: readonly unknown[] = [undefined, null, '', 'auto', 'high', 'original'];

/** Returns true for the `detail` of an image that has no effect. */
export function asksForLess(detail: unknown): boolean {
  return !WHOLE.includes(detail);
}

/** Whether a client says anything with a field: some send all they know of, empty. */
export function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
