import { badRequest } from '../../errors/errors.ts';
import { notText } from '../../limits/field-errors.ts';
import type { DocumentBlock, ImageBlock } from '../../wire/converse.ts';
import type { Attachments } from './attachments.ts';
import { isDataUri, parseDataUri } from './data-uri.ts';

/**
 * Converts an image that a request gives as a `data:` or `https:` URL. `param`: path of the URL. Throws GatewayError
 * 400 for other URLs and for invalid images.
 */
export function imageFromUrl(url: string, attachments: Attachments, param: string): { image: ImageBlock } {
  if (isDataUri(url)) return attachments.image(base64Of(url, param).base64, param);
  if (!isHttps(url)) throw badRequest('An image must be a data: URL in base64 or an https:// URL.', param);
  return attachments.imageAt(url, param);
}

/**
 * Converts a file of OpenAI's APIs. `param`: path of the object with `file_data` and `filename`. Throws GatewayError
 * 400 for a `file_id` and for invalid content.
 */
export function documentFromFile(
  file: Readonly<Record<string, unknown>>,
  attachments: Attachments,
  param: string,
): { document: DocumentBlock } {
  if (hasValue(file['file_id'])) {
    throw badRequest('This gateway stores no files. Send the content of the file as file_data.', `${param}.file_id`);
  }
  const path = `${param}.file_data`;
  const filename = hasValue(file['filename']) ? asString(file['filename'], `${param}.filename`) : undefined;
  const { base64, type } = base64Of(asString(file['file_data'], path), path);
  return attachments.document(base64, { filename, type }, path);
}

/**
 * Returns true for the URLs that the gateway fetches. The collection of references and the translation share this
 * check.
 */
export function isHttps(url: string): boolean {
  return url.slice(0, 8).toLowerCase() === 'https://';
}

/**
 * Splits a `data:` URL into base64 and media type. Plain base64 is accepted as well, because clients send both. Throws
 * GatewayError 400 for a `data:` URL without base64.
 */
export function base64Of(text: string, param: string): { base64: string; type?: string } {
  if (!isDataUri(text)) return { base64: text };
  const data = parseDataUri(text);
  if (!data) throw badRequest('A data: URL must hold base64, as in data:image/png;base64,iVBOR….', param);
  return data;
}

/** Returns a field as a string. Throws GatewayError 400 if the client sent another type. */
export function asString(value: unknown, param: string): string {
  if (typeof value !== 'string') throw notText(param, value);
  return value;
}

/** Values of `detail` that request the full image, which is all that Bedrock's models support. */
const FULL_DETAIL: readonly unknown[] = [undefined, null, '', 'auto', 'high', 'original'];

/** Returns true if `detail` requests less than the full image, which has no effect on Bedrock. */
export function requestsReducedDetail(detail: unknown): boolean {
  return !FULL_DETAIL.includes(detail);
}

/** Returns true if a field has a value. Some clients send all fields that they know, null or empty. */
export function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
