import { badRequest } from '../../../../errors/errors.ts';
import { notContent, notListed, notObject } from '../../../../limits/field-errors.ts';
import type { Attachments } from '../../../attachments/attachments.ts';
import { hasValue, asString } from '../../../attachments/media-sources.ts';
import type { DocumentBlock, ImageBlock } from '../../../../wire/converse.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, isRecord } from '../../../../wire/json/json-fields.ts';

/** What images and documents of one request are read with. */
export interface MediaReaderOptions {
  attachments: Attachments;
  /** Base64 of what the request names by URL, by that URL. */
  fetchedMedia?: ReadonlyMap<string, string>;
}

/** Anthropic's image: base64, or a URL that was fetched before. `param` is the path of the block. */
export function readMessagesImage(
  block: JsonObject,
  { attachments }: MediaReaderOptions,
  param: string,
): { image: ImageBlock } {
  const unsupported = attachments.unsupportedImage(`${param}.type`);
  if (unsupported) return unsupported;
  const source = sourceOf(block, param);
  switch (source['type']) {
    case 'base64':
      return attachments.image(asString(source['data'], `${param}.source.data`), `${param}.source.data`);
    case 'url':
      return attachments.imageAt(asString(source['url'], `${param}.source.url`), `${param}.source.url`);
    default:
      throw foreignSource(source['type'], ['base64', 'url'], param);
  }
}

/** Anthropic's document: a PDF, plain text, or blocks of text. */
export function readDocument(
  block: JsonObject,
  reading: MediaReaderOptions,
  param: string,
): { document: DocumentBlock } {
  const { attachments } = reading;
  const unsupported = attachments.unsupportedDocument(`${param}.type`);
  if (unsupported) return unsupported;
  if (hasValue(block['context'])) attachments.adjustments.dropped('document.context');
  if (asRecord(block['citations'])['enabled'] === true) attachments.adjustments.dropped('document.citations');
  const { data, type, path } = dataOf(block, reading, param);
  const filename = hasValue(block['title']) ? asString(block['title'], `${param}.title`) : undefined;
  return attachments.document(data, { filename, type }, path);
}

interface DocumentData {
  /** Base64. */
  data: string;
  type: string;
  path: string;
}

function dataOf(block: JsonObject, { fetchedMedia }: MediaReaderOptions, param: string): DocumentData {
  const source = sourceOf(block, param);
  switch (source['type']) {
    case 'base64': {
      const path = `${param}.source.data`;
      return { data: asString(source['data'], path), type: 'application/pdf', path };
    }
    case 'text': {
      const path = `${param}.source.data`;
      return plainText(asString(source['data'], path), path);
    }
    case 'content': {
      const path = `${param}.source.content`;
      return plainText(wordsOf(source['content'], path), path);
    }
    case 'url': {
      const path = `${param}.source.url`;
      const data = fetchedMedia?.get(asString(source['url'], path));
      if (data === undefined) throw badRequest('The document at this URL was not fetched: send it as base64.', path);
      return { data, type: 'application/pdf', path };
    }
    default:
      throw foreignSource(source['type'], ['base64', 'text', 'content', 'url'], param);
  }
}

function plainText(text: string, path: string): DocumentData {
  return { data: Buffer.from(text).toString('base64'), type: 'text/plain', path };
}

function wordsOf(content: unknown, path: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw notContent(path, content);
  const texts = content.map((block: unknown, index) => {
    if (isRecord(block) && block['type'] === 'text') return asString(block['text'], `${path}[${index}].text`);
    throw badRequest('The content of a document may hold text only for this model.', `${path}[${index}].type`);
  });
  return texts.join('\n');
}

function sourceOf(block: JsonObject, param: string): JsonObject {
  if (isRecord(block['source'])) return block['source'];
  throw notObject(`${param}.source`, block['source']);
}

function foreignSource(type: unknown, known: readonly string[], param: string): Error {
  if (type === 'file') {
    return badRequest(
      'Files are kept by Anthropic’s Files API, which is not behind Bedrock. Send the data itself, as base64.',
      `${param}.source`,
      'unsupported_parameter',
    );
  }
  return notListed(`${param}.source.type`, known, type);
}
