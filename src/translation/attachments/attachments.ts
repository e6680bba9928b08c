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
import { attachmentError, requestImages } from './image-limits.ts';
import { type Attachment, enforceTurnLimits, type AttachmentPaths } from './turn-limits.ts';

/** Maximum bytes of an image: 3.75 MB, which are 5 MiB of base64 (AWS API reference, Message). */
export const MAX_IMAGE_BYTES = 3_932_160;
/** Maximum bytes of a document: 4.5 MB (AWS API reference, Message). */
const MAX_DOCUMENT_BYTES = 4_718_592;
/**
 * Maximum bytes of a fetched PDF: base64 of this size fills the 25,000,000 bytes of an InvokeModel body (AWS API
 * reference).
 */
const MAX_FETCHED_PDF_BYTES = 18_750_000;

/** Audio formats of Converse (AWS API reference, AudioFormat, 2026-11-22). */
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

/** Model rules that allow a kind of attachment, with the noun for error messages. */
const KINDS = {
  vision: 'images',
  documents: 'documents',
  audio: 'audio',
} as const;

/**
 * Converts images, documents and audio of one request, of any API, to Converse blocks. Methods throw GatewayError 400
 * for attachments that Bedrock would reject. `param` of each method is the path of the field in the client's request.
 */
export class Attachments {
  private readonly names = new DocumentNames();
  private readonly paths: AttachmentPaths = new Map();
  private readonly model: Model;
  readonly adjustments: Adjustments;
  private readonly fetched: ReadonlyMap<string, string>;

  /** `fetched`: URL → base64 of the media that the request names by URL. */
  constructor(model: Model, adjustments: Adjustments, fetched: ReadonlyMap<string, string> = new Map()) {
    this.model = model;
    this.adjustments = adjustments;
    this.fetched = fetched;
  }

  /**
   * Returns a placeholder block for an image that the model does not accept; undefined if the model accepts images. In
   * the newest turn, `fit` rejects the placeholder with 400. In earlier turns, `fit` replaces it by a text, so that a
   * session can move to this model.
   */
  unsupportedImage(param: string): { image: ImageBlock } | undefined {
    const error = this.unsupportedError('vision', param);
    return (
      error && {
        image: this.remember({ format: 'png', source: { bytes: '' } }, { param, error, isUnsupported: true }),
      }
    );
  }

  /**
   * Returns a placeholder block for a document that the model does not accept, as `unsupportedImage` does for images.
   */
  unsupportedDocument(param: string): { document: DocumentBlock } | undefined {
    const error = this.unsupportedError('documents', param);
    const block: DocumentBlock = { format: 'txt', name: 'document', source: { bytes: '' } };
    return error && { document: this.remember(block, { param, error, isUnsupported: true }) };
  }

  /** Throws GatewayError 400 if the model does not accept audio. */
  requireAudio(param: string): void {
    const error = this.unsupportedError('audio', param);
    if (error) throw error;
  }

  /**
   * Converts an image in base64. The format comes from the bytes, because clients declare wrong types. Throws
   * GatewayError 400 for other formats than PNG, JPEG, GIF and WebP. `fit` enforces the maximum size.
   */
  image(text: string, param: string): { image: ImageBlock } {
    const bytes = base64Of(text, param);
    const header = readImageHeader(bytes);
    if (!header) throw badRequest('An image must be a PNG, JPEG, GIF or WebP.', param);
    const error = tooLarge('An image', '3.75 MB', decodedLength(bytes), MAX_IMAGE_BYTES, param);
    const { format, ...size } = header;
    return { image: this.remember({ format, source: { bytes } }, { param, size, error }) };
  }

  /**
   * Converts the image of a URL that was fetched before the translation. Throws GatewayError 400 if it was not fetched.
   */
  imageAt(url: string, param: string): { image: ImageBlock } {
    const bytes = this.fetched.get(url);
    if (bytes === undefined)
      throw badRequest('The gateway did not fetch the image of this URL. Send it as a data URL.', param);
    return this.image(bytes, param);
  }

  /**
   * Converts a document in base64. Throws GatewayError 400 if its bytes have no format that Bedrock accepts, or another
   * one than its name. `fit` enforces the maximum size.
   */
  document(text: string, declared: DeclaredFile, param: string): { document: DocumentBlock } {
    const bytes = base64Of(text, param);
    const format = detectDocumentFormat(bytes, declared);
    if (!format) throw badRequest(invalidDocumentMessage(bytes), param);
    const error = mayBeLarge(format, this.model)
      ? undefined
      : tooLarge('A document', '4.5 MB', decodedLength(bytes), MAX_DOCUMENT_BYTES, param);
    if (format === 'txt' && !declaredFormat(declared)) this.adjustments.replaced('file.format', 'txt');
    const { name, changed } = this.names.take(declared.filename ?? '');
    if (changed === 'changed') this.adjustments.changed('file.filename', 'renamed');
    return { document: this.remember({ format, name, source: { bytes } }, { param, error }) };
  }

  /**
   * Converts audio in base64. Throws GatewayError 400 for an unknown format. Does not check the size, because AWS
   * documents no limit (2026-11-22).
   */
  audio(text: string, format: unknown, params: { data: string; format: string }): { audio: AudioBlock } {
    const known: AudioFormat | undefined = AUDIO_FORMATS.find((name) => name === format);
    if (!known) throw notListed(params.format, AUDIO_FORMATS, format);
    return { audio: { format: known, source: { bytes: base64Of(text, params.data) } } };
  }

  /** True if the request holds no image and no document. */
  get isEmpty(): boolean {
    return this.paths.size === 0;
  }

  /**
   * Fits the finished turns to the limits of each turn and of the request. Throws GatewayError 400 with `param` if the
   * newest turn exceeds a limit. `maxImages`: maximum number of images that Bedrock reported for this model.
   */
  fit(turns: readonly ConverseMessage[], maxImages?: number): ConverseMessage[] {
    return enforceTurnLimits(turns, this.paths, this.adjustments, requestImages(this.model.rules, maxImages));
  }

  private unsupportedError(kind: keyof typeof KINDS, param: string): Error | undefined {
    if (this.model.rules[kind]) return undefined;
    return badRequest(`${this.model.name} does not accept ${KINDS[kind]}.`, param);
  }

  private remember<Block extends object>(block: Block, attachment: Attachment): Block {
    this.paths.set(block, attachment);
    return block;
  }
}

function mayBeLarge(format: DocumentFormat, { rules }: Model): boolean {
  return rules.largeDocuments?.some((large) => large === format) === true;
}

/**
 * Returns the maximum bytes of a document that the gateway fetches for a model. Fetched documents are treated as PDFs.
 */
export function largestDocumentBytes({ rules }: Model): number {
  return rules.largeDocuments?.includes('pdf') ? MAX_FETCHED_PDF_BYTES : MAX_DOCUMENT_BYTES;
}

function base64Of(text: string, param: string): string {
  const bytes = normalizeBase64(text);
  if (bytes === undefined) throw badRequest(`Invalid '${param}': expected base64.`, param, 'invalid_value');
  if (bytes === '') throw emptyString(param);
  return bytes;
}

/**
 * Returns the error for an attachment with too many bytes; undefined if the size is allowed. `fit` throws it for the
 * newest turn only.
 */
function tooLarge(what: string, limit: string, bytes: number, max: number, param: string): Error | undefined {
  if (bytes <= max) return undefined;
  return attachmentError(`${what} may have at most ${limit} (${max} bytes). This one has ${bytes} bytes.`, param);
}

function invalidDocumentMessage(bytes: string): string {
  if (isImageFile(bytes)) return 'This file is an image. Send it as an image_url part.';
  return 'A file must be PDF, CSV, DOC, DOCX, XLS, XLSX, HTML, TXT or MD, and its content must match its filename or media type.';
}
