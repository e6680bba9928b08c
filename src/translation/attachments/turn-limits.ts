import { badRequest } from '../../errors.ts';
import type { Adjustments } from '../converse/adjustments.ts';
import type { ContentBlock, ConverseMessage } from '../converse/wire.ts';

/** Images and documents with the paths of the fields they came from. */
export type AttachmentPaths = Map<object, string>;

/**
 * AWS API reference, Message (2026-11-22). They hold for a turn, which several messages of the client may have
 * been merged into. Anthropic's own limit of 2000 pixels above 20 images in a whole request is not documented by
 * AWS: Bedrock says so itself.
 */
const MOST_IMAGES = 20;
const MOST_DOCUMENTS = 5;

/** "has a document but no text. Add a text block and try again." */
const BESIDE_DOCUMENT: ContentBlock = { text: 'See the attached document.' };

/** Counts what stands in each turn, and puts words beside documents that have none. */
export function fitTurns(
  turns: readonly ConverseMessage[],
  paths: AttachmentPaths,
  adjustments: Adjustments,
  mostImages = MOST_IMAGES,
): ConverseMessage[] {
  if (paths.size === 0) return [...turns];
  return turns.map((turn) => {
    const content = turn.content ?? [];
    const inside = content.flatMap(withResultContent);
    const images = inside.flatMap(({ image }) => image ?? []);
    const documents = inside.flatMap(({ document }) => document ?? []);
    refuseTooMany('images', images, mostImages, paths);
    refuseTooMany('documents', documents, MOST_DOCUMENTS, paths);
    const wordless = content.some(({ document }) => document) && !content.some(({ text }) => text !== undefined);
    if (!wordless) return turn;
    adjustments.changed('file', 'text_added');
    return { ...turn, content: [...content, BESIDE_DOCUMENT] };
  });
}

/** What a tool returned counts as well. */
function withResultContent(block: ContentBlock): Pick<ContentBlock, 'image' | 'document'>[] {
  return block.toolResult?.content ?? [block];
}

function refuseTooMany(what: string, blocks: readonly object[], most: number, paths: AttachmentPaths): void {
  const excess = blocks[most];
  if (excess === undefined) return;
  throw badRequest(
    `One turn may hold ${most} ${what}; this one, with all messages of the user in a row, holds ${blocks.length}.`,
    paths.get(excess) ?? null,
  );
}
