import type { RequestImages } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ContentBlock, ConverseMessage } from '../../wire/converse.ts';
import { isContinuationTurn } from '../history/turns.ts';
import type { ImageSize } from './image-header.ts';
import { OMITTED_IMAGE, omittedImages, refusedAttachment } from './image-limits.ts';

/** An image or document of the request. */
export interface Attachment {
  /** Path of the field. */
  param: string;
  size?: ImageSize;
  /** Why no request may hold it. */
  refusal?: Error;
  /** The model accepts none of its kind: it is refused in the question of the user, too, that a loop of tools works on. */
  isUnsupported?: true;
}

/** Images and documents by their blocks. */
export type AttachmentPaths = Map<object, Attachment>;

/**
 * Limits of a turn, which several messages of the client may have been merged into (AWS API reference, Message,
 * 2026-11-22). Models with limits of a whole request have no limit for the images of a turn.
 */
const MOST_IMAGES = 20;
const MOST_DOCUMENTS = 5;

/** "has a document but no text. Add a text block and try again." */
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
 * Fits images and documents to the limits of turns and requests, and adds a text to documents that have none beside them.
 * What exceeds a limit is refused in the newest turn and replaced by a text in the history.
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

/** True if the turn holds more than results of tools. */
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
    const excess = new Set(excessOfTurns('images', left, MOST_IMAGES));
    return images.filter((image, index) => omitted.has(sent[index]!) || excess.has(image));
  }
  return images.filter((_, index) => omitted.has(sent[index]!));
}

function documentsToOmit(documents: readonly Sent[]): readonly Sent[] {
  for (const { isNew, refusal } of documents) if (isNew && refusal) throw refusal;
  const left = documents.filter(({ refusal }) => refusal === undefined);
  return [...documents.filter(({ refusal }) => refusal), ...excessOfTurns('documents', left, MOST_DOCUMENTS)];
}

/** Returns what a turn of the history holds beyond `most`, its first ones. Throws 400 for the newest turn. */
function excessOfTurns(what: string, sent: readonly Sent[], most: number): Sent[] {
  const ofTurns = Map.groupBy(sent, ({ turn }) => turn);
  return [...ofTurns.values()].flatMap((ofTurn) => {
    const excess = ofTurn[most];
    if (excess?.isNew) {
      throw refusedAttachment(
        `One turn may hold ${most} ${what}; this one, with all messages of the user in a row, holds ${ofTurn.length}.`,
        excess.param,
      );
    }
    return ofTurn.slice(0, Math.max(0, ofTurn.length - most));
  });
}

/** What a tool returned counts as well. */
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

/** Replaces omitted blocks by their text, those in a row by one. */
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
  const wordless = content.some(({ document }) => document) && !content.some(({ text }) => text !== undefined);
  if (!wordless) return turn;
  adjustments.changed('file', 'text_block_added');
  return { ...turn, content: [...content, BESIDE_DOCUMENT] };
}
