import type { PromptSize } from './token-demand.ts';
import { exceedsMaxDepth } from '../../../wire/json/json-depth.ts';
import type { ContentBlock, ConverseRequest, ToolResultContent } from '../../../wire/converse.ts';
import type { JsonObject } from '../../../wire/json/json-fields.ts';
import { asRecord, asRecordList } from '../../../wire/json/json-fields.ts';

/**
 * Returns the size of a Converse request. `bytes` is the length of its JSON, from which the base64 of images and documents
 * is subtracted.
 */
export function promptSizeOf(input: ConverseRequest, bytes: number): PromptSize {
  const size: PromptSize = { textBytes: bytes, images: 0, mediaBytes: 0, maxTokens: input.inferenceConfig?.maxTokens };
  for (const { content } of input.messages ?? []) for (const block of content ?? []) addMedia(block, size);
  return size;
}

function addMedia(block: ContentBlock | ToolResultContent, size: PromptSize): void {
  if ('text' in block) return;
  if ('toolResult' in block && block.toolResult !== undefined) {
    for (const inner of block.toolResult.content ?? []) addMedia(inner, size);
  }
  if ('image' in block && block.image !== undefined) {
    size.images += 1;
    size.textBytes -= charactersOf(block.image.source);
  }
  for (const media of mediaOf(block)) {
    const characters = charactersOf(media.source);
    size.mediaBytes += characters;
    size.textBytes -= characters;
  }
}

function mediaOf(block: ContentBlock | ToolResultContent): { source?: unknown }[] {
  const { document, video } = block;
  const audio = 'audio' in block ? block.audio : undefined;
  return [document, video, audio].filter((media) => media !== undefined);
}

function charactersOf(source: unknown): number {
  const { bytes } = (source ?? {}) as { bytes?: unknown };
  return typeof bytes === 'string' ? bytes.length : 0;
}

/** Returns the size of a request body in Anthropic's format. */
export function messagesPromptSizeOf(body: JsonObject, bytes: number): PromptSize {
  const { max_tokens: maxTokens } = body;
  const size: PromptSize = {
    textBytes: bytes,
    images: 0,
    mediaBytes: 0,
    maxTokens: typeof maxTokens === 'number' ? maxTokens : undefined,
  };
  for (const message of asRecordList(body['messages'])) addSources(asRecord(message)['content'], size);
  return size;
}

function addSources(content: unknown, size: PromptSize): void {
  for (const block of asRecordList(content)) {
    const { type, source, content: inner } = asRecord(block);
    const { data } = asRecord(source);
    if (Array.isArray(inner)) addSources(inner, size);
    if (typeof data !== 'string' || (type !== 'image' && type !== 'document')) continue;
    size.textBytes -= data.length;
    if (type === 'image') size.images += 1;
    else size.mediaBytes += data.length;
  }
}

/**
 * Returns the size of an encoded body of any vendor. A body of an unknown format counts by its bytes, because Bedrock
 * rejects it.
 */
export function rawPromptSizeOf(body: Buffer): PromptSize {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    // The functions below are recursive.
    if (exceedsMaxDepth(parsed)) return { textBytes: body.length, images: 0, mediaBytes: 0 };
    const isConverse =
      asRecord(parsed)['anthropic_version'] === undefined && asRecordList(asRecord(parsed)['messages']).length > 0;
    return isConverse
      ? promptSizeOf(parsed as ConverseRequest, body.length)
      : messagesPromptSizeOf(asRecord(parsed), body.length);
  } catch {
    return { textBytes: body.length, images: 0, mediaBytes: 0 };
  }
}
