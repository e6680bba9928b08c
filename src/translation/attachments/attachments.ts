import { badRequest } from '../../errors/errors.ts';
import { emptyString, notListed } from '../../limits/field-errors.ts';
import type { Model } from '../../models/types/model.ts';
import type { Adjustments } from '../adjustments.ts';
import type { AudioBlock, ConverseMessage, DocumentBlock, ImageBlock } from '../../wire/converse.ts';
import { normalizeBase64, decodedLength } from './base64.ts';
import {
  declaredFormat,
  type DeclaredFile,
  type DocumentFormat,
  detectDocumentFormat,
  isImageFile,
} from './document-format.ts';
import { DocumentNames } from './document-name.ts';
import { readImageHeader } from './image-header.ts';
import { refusedAttachment, requestImages } from './image-limits.ts';
import { type Attachment, enforceTurnLimits, type AttachmentPaths } from './turn-limits.ts';

/** AWS API reference, Message: 3.75 MB (5 MiB of base64). */
export const MAX_IMAGE_BYTES = 3_932_160;
/** AWS API reference, Message: 4.5 MB. */
const LARGEST_DOCUMENT_BYTES = 4_718_592;
/** As base64 the 25,000,000 bytes of a body of InvokeModel (AWS API reference). */
const LARGEST_FETCHED_PDF_BYTES = 18_750_000;

/** AWS API reference, AudioFormat (2026-11-22). */
const AUDIO_FORMATS = [
  'mp3',
  'opus',
  'wav',
  'aac',
  'flac',
  'mp4',
  'ogg',
  'mkv',
  'mka',
  'x-aac',
  'm4a',
  'mpeg',
  'mpga',
  'pcm',
  'webm',
] as const;
type AudioFormat = (typeof AUDIO_FORMATS)[number];

/** What a model may or may not take, with the words for it. */
const KINDS = {
  vision: 'images',
  documents: 'documents',
  audio: 'audio',
} as const;

/**
 * Images, documents and audio of one request, in any dialect, as Converse blocks. Whatever Bedrock would refuse is a
 * 400 with the `param` that the caller gives: the path of the field in the caller's dialect.
 */
export class Attachments {
  private readonly names = new DocumentNames();
  private readonly paths: AttachmentPaths = new Map();
  private readonly model: Model;
  readonly adjustments: Adjustments;
  private readonly fetched: ReadonlyMap<string, string>;

  /** `fetched`: base64 of what the request names by URL. */
  constructor(model: Model, adjustments: Adjustments, fetched: ReadonlyMap<string, string> = new Map()) {
    this.model = model;
    this.adjustments = adjustments;
    this.fetched = fetched;
  }

  /**
   * Returns a block in place of an image that the model does not accept; undefined if it accepts images. The block is
   * refused with 400 in the newest turn and replaced by a text in the history, so that a session can move to the model.
   */
  unsupportedImage(param: string): { image: ImageBlock } | undefined {
    const refusal = this.refusalOf('vision', param);
    return (
      refusal && {
        image: this.remember({ format: 'png', source: { bytes: '' } }, { param, refusal, isUnsupported: true }),
      }
    );
  }

  /** Returns a block in place of a document that the model does not accept, as `unsupportedImage` does for images. */
  unsupportedDocument(param: string): { document: DocumentBlock } | undefined {
    const refusal = this.refusalOf('documents', param);
    const block: DocumentBlock = { format: 'txt', name: 'document', source: { bytes: '' } };
    return refusal && { document: this.remember(block, { param, refusal, isUnsupported: true }) };
  }

  /** Throws 400 if the model does not accept audio. */
  requireAudio(param: string): void {
    const refusal = this.refusalOf('audio', param);
    if (refusal) throw refusal;
  }

  /** The format is what the bytes say, never what was declared. */
  image(text: string, param: string): { image: ImageBlock } {
    const bytes = base64Of(text, param);
    const header = readImageHeader(bytes);
    if (!header) throw badRequest('An image must be a PNG, JPEG, GIF or WebP.', param);
    const refusal = tooLarge('An image', '3.75 MB', decodedLength(bytes), MAX_IMAGE_BYTES, param);
    const { format, ...size } = header;
    return { image: this.remember({ format, source: { bytes } }, { param, size, refusal }) };
  }

  /** The image behind a URL that was fetched before the translation. */
  imageAt(url: string, param: string): { image: ImageBlock } {
    const bytes = this.fetched.get(url);
    if (bytes === undefined) throw badRequest('The image at this URL was not fetched: send it as a data URL.', param);
    return this.image(bytes, param);
  }

  document(text: string, declared: DeclaredFile, param: string): { document: DocumentBlock } {
    const bytes = base64Of(text, param);
    const format = detectDocumentFormat(bytes, declared);
    if (!format) throw badRequest(whyNoDocument(bytes), param);
    const refusal = mayBeLarge(format, this.model)
      ? undefined
      : tooLarge('A document', '4.5 MB', decodedLength(bytes), LARGEST_DOCUMENT_BYTES, param);
    if (format === 'txt' && !declaredFormat(declared)) this.adjustments.replaced('file.format', 'txt');
    const { name, changed } = this.names.take(declared.filename ?? '');
    if (changed === 'changed') this.adjustments.changed('file.filename', 'renamed');
    return { document: this.remember({ format, name, source: { bytes } }, { param, refusal }) };
  }

  /** How much audio a model takes is not documented (2026-11-22): Bedrock says so itself. */
  audio(text: string, format: unknown, params: { data: string; format: string }): { audio: AudioBlock } {
    const known: AudioFormat | undefined = AUDIO_FORMATS.find((name) => name === format);
    if (!known) throw notListed(params.format, AUDIO_FORMATS, format);
    return { audio: { format: known, source: { bytes: base64Of(text, params.data) } } };
  }

  /** True if the request holds no image and no document. */
  get isEmpty(): boolean {
    return this.paths.size === 0;
  }

  /** Fits finished turns to the limits of turns and of the request. `mostImages`: images that Bedrock accepts at most. */
  fit(turns: readonly ConverseMessage[], mostImages?: number): ConverseMessage[] {
    return enforceTurnLimits(turns, this.paths, this.adjustments, requestImages(this.model.rules, mostImages));
  }

  private refusalOf(kind: keyof typeof KINDS, param: string): Error | undefined {
    if (this.model.rules[kind]) return undefined;
    return badRequest(`${this.model.name} does not take ${KINDS[kind]}.`, param);
  }

  private remember<Block extends object>(block: Block, attachment: Attachment): Block {
    this.paths.set(block, attachment);
    return block;
  }
}

function mayBeLarge(format: DocumentFormat, { rules }: Model): boolean {
  return rules.largeDocuments?.some((large) => large === format) === true;
}

/** The largest document that is fetched for a model: what is fetched is taken for a PDF. */
export function largestDocumentBytes({ rules }: Model): number {
  return rules.largeDocuments?.includes('pdf') ? LARGEST_FETCHED_PDF_BYTES : LARGEST_DOCUMENT_BYTES;
}

function base64Of(text: string, param: string): string {
  const bytes = normalizeBase64(text);
  if (bytes === undefined) throw badRequest(`Invalid '${param}': expected base64.`, param, 'invalid_value');
  if (bytes === '') throw emptyString(param);
  return bytes;
}

/** Returns the refusal of what has too many bytes. It is thrown for the newest turn only. */
function tooLarge(what: string, limit: string, bytes: number, most: number, param: string): Error | undefined {
  if (bytes <= most) return undefined;
  return refusedAttachment(`${what} may have ${limit} (${most} bytes); this one has ${bytes} bytes.`, param);
}

function whyNoDocument(bytes: string): string {
  if (isImageFile(bytes)) return 'An image must be sent as an image_url part.';
  return 'A file must be PDF, CSV, DOC, DOCX, XLS, XLSX, HTML, TXT or MD, and what its filename or type says it is.';
}
