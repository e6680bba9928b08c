import type { MediaReference } from '../../media/media-reference.ts';
import type { Model } from '../../models/types/model.ts';
import { badRequest } from '../../errors/errors.ts';
import { MAX_IMAGE_BYTES, largestDocumentBytes } from '../attachments/attachments.ts';
import { readImageHeader } from '../attachments/image-header.ts';
import { withoutField } from './messages-betas.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

const WITH_SOURCE = ['image', 'document'];

/**
 * Returns the images and documents that the conversation references by URL, which Bedrock does not fetch. Never throws:
 * invalid blocks are skipped.
 */
export function messagesMediaReferences(body: JsonObject, model: Model): readonly MediaReference[] {
  const references: MediaReference[] = [];
  for (const [index, message] of asRecordList(body['messages']).entries()) {
    collect(asRecord(message)['content'], `messages[${index}].content`, model, references);
  }
  return references;
}

function collect(content: unknown, param: string, model: Model, references: MediaReference[]): void {
  for (const [index, block] of asRecordList(content).entries()) {
    const { type, source, content: inner } = asRecord(block);
    const { type: kind, url } = asRecord(source);
    const at = `${param}[${index}]`;
    const isTaken = type === 'image' ? model.rules.vision : type === 'document' && model.rules.documents;
    if (isTaken && kind === 'url' && typeof url === 'string') {
      const maxBytes = type === 'image' ? MAX_IMAGE_BYTES : largestDocumentBytes(model);
      references.push({ url, param: `${at}.source.url`, maxBytes });
    }
    // Tool results can contain images, too.
    if (type === 'tool_result') collect(inner, `${at}.content`, model, references);
  }
}

/**
 * Returns the body with fetched content in place of URLs. `fetched`: URL → base64. Throws GatewayError 400 for files
 * that Anthropic stores, and for a fetched image of an unsupported format.
 */
export function withFetchedMedia(body: JsonObject, fetched: ReadonlyMap<string, string> = new Map()): JsonObject {
  const messages = asRecordList(body['messages']);
  const filled = messages.map((message, index) => {
    const { content } = asRecord(message);
    const blocks = filledBlocks(content, `messages[${index}].content`, fetched);
    return blocks === content ? message : { ...asRecord(message), content: blocks };
  });
  return filled.every((message, index) => message === messages[index]) ? body : { ...body, messages: filled };
}

function filledBlocks(content: unknown, param: string, fetched: ReadonlyMap<string, string>): unknown {
  if (!Array.isArray(content)) return content;
  const blocks = content.map((block: unknown, index) => filledBlock(block, `${param}[${index}]`, fetched));
  return blocks.every((block, index) => block === content[index]) ? content : blocks;
}

function filledBlock(block: unknown, param: string, fetched: ReadonlyMap<string, string>): unknown {
  const fields = asRecord(block);
  const { type, source, content } = fields;
  if (type === 'tool_result') {
    const inner = filledBlocks(content, `${param}.content`, fetched);
    return inner === content ? block : { ...fields, content: inner };
  }
  if (!WITH_SOURCE.includes(String(type))) return block;
  const { type: kind, url } = asRecord(source);
  if (kind === 'file') {
    throw badRequest(
      'Bedrock has no access to files of Anthropic’s Files API. Send the content as base64 instead.',
      `${param}.source`,
      'unsupported_parameter',
    );
  }
  const data = kind === 'url' && typeof url === 'string' ? fetched.get(url) : undefined;
  return data === undefined
    ? block
    : { ...fields, source: { ...withoutField(asRecord(source), 'url'), ...sourceOf(String(type), data, param) } };
}

/** Returns a base64 source. The format comes from the bytes, because servers declare wrong media types. */
function sourceOf(type: string, data: string, param: string): object {
  if (type === 'document') return { type: 'base64', media_type: 'application/pdf', data };
  const header = readImageHeader(data);
  if (header === undefined) {
    throw badRequest(
      'The content of this URL is not a PNG, JPEG, GIF or WebP image.',
      `${param}.source.url`,
      'invalid_image_url',
    );
  }
  return { type: 'base64', media_type: `image/${header.format}`, data };
}
