import { badRequest } from '../../../../errors/errors.ts';
import { notContent, notListed, notObject } from '../../../../limits/field-errors.ts';
import type { Attachments } from '../../../attachments/attachments.ts';
import { hasValue, asString } from '../../../attachments/media-sources.ts';
import type { DocumentBlock, ImageBlock } from '../../../../wire/converse.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';
import { asRecord, isRecord } from '../../../../wire/json/json-fields.ts';

/** Inputs for reading images and documents of one request. */
export interface MediaReaderOptions {
  attachments: Attachments;
  /** Base64 of media that the request names by URL. */
  fetchedMedia?: ReadonlyMap<string, string>;
}

/**
 * Reads an image of Anthropic's format: base64, or a URL that was fetched before. `param`: path of the block. Throws
 * GatewayError 400 for invalid images.
 */
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
      throw unsupportedSource(source['type'], ['base64', 'url'], param);
  }
}

/**
 * Reads a document of Anthropic's format: a PDF, plain text, or text blocks. `param`: path of the block. Throws
 * GatewayError 400 for invalid documents.
 */
export function readDocument(
  block: JsonObject,
  options: MediaReaderOptions,
  param: string,
): { document: DocumentBlock } {
  const { attachments } = options;
  const unsupported = attachments.unsupportedDocument(`${param}.type`);
  if (unsupported) return unsupported;
  if (hasValue(block['context'])) attachments.adjustments.dropped('document.context');
  if (asRecord(block['citations'])['enabled'] === true) attachments.adjustments.dropped('document.citations');
  const { data, type, path } = dataOf(block, options, param);
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
      return plainText(joinedText(source['content'], path), path);
    }
    case 'url': {
      const path = `${param}.source.url`;
      const data = fetchedMedia?.get(asString(source['url'], path));
      if (data === undefined)
        throw badRequest('The gateway did not fetch the document of this URL. Send it as base64.', path);
      return { data, type: 'application/pdf', path };
    }
    default:
      throw unsupportedSource(source['type'], ['base64', 'text', 'content', 'url'], param);
  }
}

function plainText(text: string, path: string): DocumentData {
  return { data: Buffer.from(text).toString('base64'), type: 'text/plain', path };
}

function joinedText(content: unknown, path: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) throw notContent(path, content);
  const texts = content.map((block: unknown, index) => {
    if (isRecord(block) && block['type'] === 'text') return asString(block['text'], `${path}[${index}].text`);
    throw badRequest('This model accepts text blocks only in the content of a document.', `${path}[${index}].type`);
  });
  return texts.join('\n');
}

function sourceOf(block: JsonObject, param: string): JsonObject {
  if (isRecord(block['source'])) return block['source'];
  throw notObject(`${param}.source`, block['source']);
}

function unsupportedSource(type: unknown, known: readonly string[], param: string): Error {
  if (type === 'file') {
    return badRequest(
      'Bedrock has no access to files of Anthropic’s Files API. Send the content as base64 instead.',
      `${param}.source`,
      'unsupported_parameter',
    );
  }
  return notListed(`${param}.source.type`, known, type);
}
