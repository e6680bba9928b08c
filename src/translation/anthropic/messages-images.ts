import type { ModelRules } from '../../models/types/model.ts';
import { type ImageSize, readImageHeader } from '../attachments/image-header.ts';
import {
  OMITTED_IMAGE,
  omittedImages,
  attachmentError,
  requestImages,
  type SentImage,
} from '../attachments/image-limits.ts';
import type { Adjustments } from '../adjustments.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../wire/json/json-fields.ts';

/** Maximum length of an image on Bedrock, in characters of base64 (Anthropic, vision, 2026-11). */
const MAX_BASE64_LENGTH = 5_242_880;

/** An image of the request, with the block that contains it. */
interface SentBlock extends SentImage {
  block: unknown;
}

interface Found {
  images: SentBlock[];
  documents: number;
}

/**
 * Fits the images of a request to the limits of the model. Images of earlier turns that exceed a limit are replaced by
 * a text. Throws GatewayError 400 with `param` if images of the newest turn exceed one. Decodes image headers only.
 */
export function withImageLimits(
  body: JsonObject,
  rules: ModelRules,
  maxImages: number | undefined,
  adjustments: Adjustments,
): JsonObject {
  const messages = asRecordList(body['messages']);
  const found: Found = { images: [], documents: 0 };
  const newest = newestFrom(messages);
  for (const [index, message] of messages.entries()) {
    collectImages(asRecord(message)['content'], `messages[${index}].content`, index >= newest, found);
  }
  if (found.images.length === 0) return body;
  if (!rules.vision) for (const image of found.images) image.error = visionError(image.param);
  const omitted = omittedImages(found.images, found.documents, requestImages(rules, maxImages));
  if (omitted.size === 0) return body;
  adjustments.changed('images', `${omitted.size}_omitted`);
  const blocks = new Set([...omitted].map(({ block }) => block));
  return { ...body, messages: messages.map((message) => withoutBlocks(message, blocks)) };
}

/**
 * Returns the index of the first message of the newest turn: the one after the last assistant message that is no
 * prefill.
 */
function newestFrom(messages: readonly unknown[]): number {
  const isOfAssistant = (message: unknown): boolean => asRecord(message)['role'] === 'assistant';
  const end = messages.findLastIndex((message) => !isOfAssistant(message));
  return messages.findLastIndex((message, index) => index < end && isOfAssistant(message)) + 1;
}

function collectImages(content: unknown, param: string, isNew: boolean, found: Found): void {
  for (const [index, block] of asRecordList(content).entries()) {
    const { type, source, content: resultContent } = asRecord(block);
    const at = `${param}[${index}]`;
    if (type === 'tool_result') collectImages(resultContent, `${at}.content`, isNew, found);
    if (type === 'document') found.documents += 1;
    if (type !== 'image') continue;
    const { data } = asRecord(source);
    const base64 = typeof data === 'string' ? data : '';
    found.images.push({ block, isNew, ...sentImage(base64, `${at}.source.data`) });
  }
}

function visionError(param: string): Error {
  return attachmentError('this model does not accept images', param);
}

function sentImage(base64: string, param: string): Pick<SentImage, 'param' | 'error' | 'size'> {
  let known: ImageSize | undefined;
  const error = base64.length > MAX_BASE64_LENGTH ? tooLarge(base64, param) : undefined;
  return { param, error, size: () => (known ??= readImageHeader(base64) ?? {}) };
}

/** Returns the error in Anthropic's own wording, which clients recognize. */
function tooLarge({ length }: string, param: string): Error {
  return attachmentError(`image exceeds 5 MB maximum: ${length} bytes > ${MAX_BASE64_LENGTH} bytes`, param);
}

function withoutBlocks(message: unknown, omitted: ReadonlySet<unknown>): unknown {
  const { content } = asRecord(message);
  const kept = keptBlocks(content, omitted);
  return kept === content ? message : { ...asRecord(message), content: kept };
}

/** Replaces omitted images by a text, and keeps their `cache_control`. */
function keptBlocks(content: unknown, omitted: ReadonlySet<unknown>): unknown {
  if (!Array.isArray(content)) return content;
  const kept: unknown[] = [];
  for (const block of content as unknown[]) {
    const { type, content: inner, cache_control: point } = asRecord(block);
    if (omitted.has(block)) {
      if (point !== undefined) kept.push({ type: 'text', text: OMITTED_IMAGE, cache_control: point });
      else if (asRecord(kept.at(-1))['text'] !== OMITTED_IMAGE) kept.push({ type: 'text', text: OMITTED_IMAGE });
    } else {
      const result = type === 'tool_result' ? keptBlocks(inner, omitted) : inner;
      kept.push(result === inner ? block : { ...asRecord(block), content: result });
    }
  }
  return kept;
}
