import type { Block, Conversation, Turn } from '../conversation.ts';
import type { Model, OtherModelRules } from '../model.ts';
import { validationException, type AwsException } from '../aws-exception.ts';
import { readImageHeader } from './image-header.ts';

/** Limits of a message (AWS API reference, Message): images, bytes of an image, pixels of a side, documents, bytes. */
const MAX_IMAGES = 20;
const MAX_IMAGE_BYTES = 3_932_160;
const MAX_PIXELS = 8000;
const MAX_DOCUMENTS = 5;
const MAX_DOCUMENT_BYTES = 4_718_592;
/** Images of a request to Claude, by the context size of the model (Anthropic, vision). */
const MAX_IMAGES_OF_CLAUDE = { small: 100, large: 600 };
/** In requests with more images than this, sides have at most `MAX_PIXELS_OF_MANY` pixels (Anthropic, vision). */
const FEW_IMAGES = 20;
const MAX_PIXELS_OF_MANY = 2000;

export function checkMedia(conversation: Conversation, model: Model): void {
  for (const [index, turn] of conversation.turns.entries()) {
    for (const block of turn.blocks) checkKind(block, conversation.api, model);
    checkImages(turn, index, model.claude === undefined ? MAX_IMAGES : Infinity);
    if (conversation.api === 'converse') checkDocuments(turn, index, model);
  }
  if (model.claude !== undefined) checkRequest(conversation, model);
  if (conversation.api === 'converse') checkNames(conversation);
}

/** Checks what Claude requires of all images and documents of a request. */
function checkRequest(conversation: Conversation, model: Model): void {
  const { turns, api } = conversation;
  const images = turns.flatMap((turn, index) =>
    turn.blocks.flatMap((block, at) =>
      imagesOf(block).map(({ base64 }) => ({ base64, at: `messages.${index}.content.${at}.image.source.base64` })),
    ),
  );
  const documents = turns.flatMap(({ blocks }) => blocks).filter(({ kind }) => kind === 'document').length;
  const most = model.contextTokens > 200_000 ? MAX_IMAGES_OF_CLAUDE.large : MAX_IMAGES_OF_CLAUDE.small;
  const source = api === 'converse' ? 'The model returned the following errors: ' : '';
  if (images.length > 0 && images.length + documents > most) {
    throw validationException(`${source}too many images and documents: ${images.length} + ${documents} > ${most}`);
  }
  checkCitations(conversation);
  if (images.length <= FEW_IMAGES) return;
  for (const { base64, at } of images) {
    const { width = 0, height = 0 } = readImageHeader(Buffer.from(base64, 'base64')) ?? {};
    if (Math.max(width, height) <= MAX_PIXELS_OF_MANY) continue;
    throw validationException(
      `${source}${at}.data: At least one of the image dimensions exceed max allowed size for many-image requests: ${MAX_PIXELS_OF_MANY} pixels`,
    );
  }
}

/**
 * Checks citations: they are enabled for all or none of the documents of a request, and not together with structured
 * outputs (Anthropic, citations).
 */
function checkCitations({ turns, api, format }: Conversation): void {
  if (api !== 'converse') return;
  const documents = turns.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'document'));
  const cited = documents.filter(({ cites }) => cites === true).length;
  const source = 'The model returned the following errors: ';
  if (cited > 0 && cited < documents.length)
    throw validationException(
      `${source}messages: Citations must be enabled on all or none of the documents within a request`,
    );
  if (cited > 0 && format !== undefined)
    throw validationException(`${source}output_config.format: Citations are not supported with structured outputs`);
}

function imagesOf(block: Block): readonly { format: string; base64: string }[] {
  if (block.kind === 'image') return [block];
  return block.kind === 'tool-result' ? block.images : [];
}

/** Checks that the model supports the kind of a block, and of images within a tool result. */
function checkKind(block: Block, api: Conversation['api'], { claude, plain }: Model): void {
  if (hasImage(block) && claude?.images === false) {
    const why = 'messages: this model does not support images';
    throw validationException(api === 'converse' ? `The model returned the following errors: ${why}` : why);
  }
  if (hasImage(block) && plain?.images === false) throw unsupported('image');
  checkResult(block, plain);
  if (block.kind === 'document' && plain?.documents === false) throw unsupported('document');
  if (block.kind === 'other' && block.name === 'audio' && plain?.audio !== true) throw unsupported('audio');
}

function checkResult(block: Block, plain: OtherModelRules | undefined): void {
  if (block.kind !== 'tool-result' || block.images.length === 0 || plain === undefined || plain.imagesInResults) return;
  throw validationException(
    "This model doesn't support the image field for user messages. Remove image and try again.",
  );
}

function hasImage(block: Block): boolean {
  return block.kind === 'image' || (block.kind === 'tool-result' && block.images.length > 0);
}

function unsupported(kind: string): AwsException {
  return validationException(
    `This model doesn't support the ${kind} content block that you provided. Remove it and try again.`,
  );
}

function checkImages(turn: Turn, index: number, most: number): void {
  let count = 0;
  for (const [at, block] of turn.blocks.entries()) {
    for (const image of imagesOf(block)) {
      count += 1;
      checkImage(image.format, image.base64, `messages.${index}.content.${at}.image.source.base64`);
    }
  }
  if (count > most) throw validationException(`messages.${index}: too many images: ${count} > ${most}`);
}

function checkImage(format: string, base64: string, at: string): void {
  // The request contains no bytes of an image in S3.
  if (base64 === '') return;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > MAX_IMAGE_BYTES)
    throw validationException(`${at}: image exceeds 3.75 MB maximum: ${bytes.length} bytes > ${MAX_IMAGE_BYTES} bytes`);
  const header = readImageHeader(bytes);
  if (header === undefined) throw validationException(`${at}: Could not process image`);
  if (header.format !== format) {
    throw validationException(
      `${at}: The image was specified using the image/${format} media type, but the image appears to be a image/${header.format} image`,
    );
  }
  if (header.width > MAX_PIXELS || header.height > MAX_PIXELS) {
    throw validationException(
      `${at}: At least one of the image dimensions exceed max allowed size: ${MAX_PIXELS} pixels`,
    );
  }
}

function checkDocuments(turn: Turn, index: number, model: Model): void {
  const documents = turn.blocks.filter((block) => block.kind === 'document');
  if (documents.length === 0) return;
  if (documents.length > MAX_DOCUMENTS)
    throw validationException(
      `The Message object at messages.${index} has ${documents.length} documents. The maximum is ${MAX_DOCUMENTS}.`,
    );
  if (!turn.blocks.some((block) => block.kind === 'text')) {
    throw validationException(
      `The Message object at messages.${index} has a document but no text. Add a text block and try again.`,
    );
  }
  for (const { name, bytes, format, base64 } of documents) {
    if (!/^[a-zA-Z0-9\s()[\]-]+$/.test(name) || /\s\s/.test(name)) {
      throw validationException(
        "The file name must only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.",
      );
    }
    if (bytes === 0) throw validationException(`The document ${name} is empty.`);
    if (bytes > MAX_DOCUMENT_BYTES && !mayBeLarge(format, model))
      throw validationException(`The document ${name} exceeds the maximum size of 4.5 MB.`);
    if (format === 'pdf' && base64 !== undefined && !Buffer.from(base64.slice(0, 1368), 'base64').includes('%PDF-'))
      throw validationException('The model returned the following errors: The PDF specified was not valid.');
  }
}

/**
 * Returns true for PDF with Claude 4 or later, and for PDF and DOCX with Nova (AWS user guide, API restrictions,
 * 2026-11).
 */
function mayBeLarge(format: string | undefined, { claude, plain }: Model): boolean {
  if (format === undefined) return false;
  return (claude?.largePdf === true && format === 'pdf') || plain?.largeDocuments?.includes(format) === true;
}

/** Rejects equal names of documents, because the model receives the names. */
function checkNames(conversation: Conversation): void {
  const names = conversation.turns.flatMap((turn) =>
    turn.blocks.flatMap((block) => (block.kind === 'document' ? [block.name] : [])),
  );
  if (new Set(names).size < names.length)
    throw validationException('The documents of a conversation must have different names.');
}
