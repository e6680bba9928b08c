import type { RequestImages } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ContentBlock, ConverseMessage } from '../../wire/converse.ts';
import { isContinuationTurn } from '../history/turns.ts';
import type { ImageSize } from './image-header.ts';
import { OMITTED_IMAGE, omittedImages, attachmentError } from './image-limits.ts';

/** An image or document of the request. */
export interface Attachment {
  /** Path of the field in the client's request. */
  param: string;
  size?: ImageSize;
  /** Error if the attachment exceeds a limit that applies to every attachment. */
  error?: Error;
  /**
   * True if the model accepts no attachment of this kind. Such an attachment is also rejected in the last user question
   * before a running loop of tool calls.
   */
  isUnsupported?: true;
}

/** Attachments by their Converse blocks. */
export type AttachmentPaths = Map<object, Attachment>;

/**
 * Maximum images of a turn, into which several client messages can have been merged (AWS API reference, Message,
 * 2026-11-22). Does not apply to models with limits for the whole request.
 */
const MAX_IMAGES = 20;
/** Maximum documents of a turn (AWS API reference, Message, 2026-11-22). */
const MAX_DOCUMENTS = 5;

/** Text for a turn that Bedrock rejects with "has a document but no text. Add a text block and try again." */
const BESIDE_DOCUMENT: ContentBlock = { text: 'See the attached document.' };
const OMITTED_DOCUMENT =
  '[A document of an earlier message is not shown, because the model accepts fewer or smaller documents.]';

interface Sent extends Attachment {
  block: object;
  isNew: boolean;
  /** Index of the turn. */
  turn: number;
}

/**
 * Fits images and documents to the limits of each turn and of the request. In the newest turn, an excess throws
 * GatewayError 400 with `param`. In earlier turns, a text replaces the excess. Adds a text to turns with a document but
 * no text, which Bedrock requires.
 */
export function enforceTurnLimits(
  turns: readonly ConverseMessage[],
  paths: AttachmentPaths,
  adjustments: Adjustments,
  requestImages?: RequestImages,
): ConverseMessage[] {
  if (paths.size === 0) return [...turns];
  const images = sentOf('image', turns, paths);
  const documents = sentOf('document', turns, paths);
  const omitted = new Map<object, string>();
  for (const { block } of imagesToOmit(images, documents.length, requestImages)) omitted.set(block, OMITTED_IMAGE);
  if (omitted.size > 0) adjustments.changed('images', `${omitted.size}_omitted`);
  const lost = documentsToOmit(documents);
  for (const { block } of lost) omitted.set(block, OMITTED_DOCUMENT);
  if (lost.length > 0) adjustments.changed('documents', `${lost.length}_omitted`);
  return turns.map((turn) => withText(omitted.size === 0 ? turn : without(turn, omitted), adjustments));
}

function sentOf(kind: 'image' | 'document', turns: readonly ConverseMessage[], paths: AttachmentPaths): Sent[] {
  const newest = turns.findLastIndex((turn) => turn.role === 'user' && !isContinuationTurn(turn));
  const question = turns.findLastIndex(
    (turn) => turn.role === 'user' && !isContinuationTurn(turn) && holdsQuestion(turn),
  );
  return turns.flatMap(({ content = [] }, turn) =>
    content.flatMap(withResultContent).flatMap((each) => {
      const block = each[kind];
      if (block === undefined) return [];
      const sent = { param: '', ...paths.get(block), block, turn };
      return { ...sent, isNew: turn === newest || (sent.isUnsupported === true && turn === question) };
    }),
  );
}

/** Returns true if the turn contains more than tool results. */
function holdsQuestion({ content = [] }: ConverseMessage): boolean {
  return content.some(({ toolResult, cachePoint }) => toolResult === undefined && cachePoint === undefined);
}

function imagesToOmit(
  images: readonly Sent[],
  documents: number,
  requestImages: RequestImages | undefined,
): readonly Sent[] {
  if (images.length === 0) return images;
  const sent = images.map((image) => ({ ...image, size: () => image.size }));
  const omitted = omittedImages(sent, documents, requestImages);
  if (requestImages === undefined) {
    const left = images.filter((_, index) => !omitted.has(sent[index]!));
    const excess = new Set(excessOfTurns('images', left, MAX_IMAGES));
    return images.filter((image, index) => omitted.has(sent[index]!) || excess.has(image));
  }
  return images.filter((_, index) => omitted.has(sent[index]!));
}

function documentsToOmit(documents: readonly Sent[]): readonly Sent[] {
  for (const { isNew, error } of documents) if (isNew && error) throw error;
  const left = documents.filter(({ error }) => error === undefined);
  return [...documents.filter(({ error }) => error), ...excessOfTurns('documents', left, MAX_DOCUMENTS)];
}

/**
 * Returns the attachments beyond `max` in earlier turns, the first ones of each turn. Throws GatewayError 400 if the
 * newest turn has more than `max`.
 */
function excessOfTurns(what: string, sent: readonly Sent[], max: number): Sent[] {
  const byTurn = Map.groupBy(sent, ({ turn }) => turn);
  return [...byTurn.values()].flatMap((sameTurn) => {
    const excess = sameTurn[max];
    if (excess?.isNew) {
      throw attachmentError(
        `A turn may contain at most ${max} ${what}. This turn contains ${sameTurn.length}, because consecutive user messages form one turn.`,
        excess.param,
      );
    }
    return sameTurn.slice(0, Math.max(0, sameTurn.length - max));
  });
}

/** Returns the parts of a block that count against the limits, including the content of tool results. */
function withResultContent(block: ContentBlock): Pick<ContentBlock, 'image' | 'document'>[] {
  return block.toolResult?.content ?? [block];
}

function without(turn: ConverseMessage, omitted: ReadonlyMap<object, string>): ConverseMessage {
  const content = (turn.content ?? []).map((block): ContentBlock => {
    const { toolResult } = block;
    if (!toolResult?.content) return block;
    return { toolResult: { ...toolResult, content: replaced(toolResult.content, omitted) } };
  });
  return { ...turn, content: replaced(content, omitted) };
}

/** Replaces omitted blocks by their text. Consecutive equal texts become one. */
function replaced<Block extends Pick<ContentBlock, 'image' | 'document' | 'text'>>(
  blocks: readonly Block[],
  omitted: ReadonlyMap<object, string>,
): (Block | { text: string })[] {
  const kept: (Block | { text: string })[] = [];
  for (const block of blocks) {
    const text = omitted.get(block.image ?? block.document ?? block);
    if (text === undefined) kept.push(block);
    else if (kept.at(-1)?.text !== text) kept.push({ text });
  }
  return kept;
}

function withText(turn: ConverseMessage, adjustments: Adjustments): ConverseMessage {
  const content = turn.content ?? [];
  const lacksText = content.some(({ document }) => document) && !content.some(({ text }) => text !== undefined);
  if (!lacksText) return turn;
  adjustments.changed('file', 'text_block_added');
  return { ...turn, content: [...content, BESIDE_DOCUMENT] };
}
