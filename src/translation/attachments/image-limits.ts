import { badRequest } from '../../errors/errors.ts';
import type { ModelRules, RequestImages } from '../../models/types/model.ts';
import type { ImageSize } from './image-header.ts';

/** Maximum pixels of each side of an image (AWS API reference, Message). */
const MAX_PIXELS = 8_000;
/**
 * Number of steps in which images of earlier turns are omitted. A step omits a fifth of the limit at once, so that the
 * omitted images, and with them the prompt cache, stay the same for several requests.
 */
const STEPS = 5;

/** Creates a GatewayError 400. The message repeats the path, because errors in Anthropic's form have no `param`. */
export function attachmentError(message: string, param: string): Error {
  return badRequest(`${param}: ${message}`, param);
}

/** Text that replaces an omitted image of an earlier turn. */
export const OMITTED_IMAGE =
  '[An image of an earlier message is not shown, because the request holds more images, or larger ones, than the model accepts.]';

/**
 * Returns the limits of a request to a model. `max`: maximum number of images that a rejection of Bedrock reported.
 */
export function requestImages({ requestImages: limits }: ModelRules, max?: number): RequestImages | undefined {
  return limits && max !== undefined ? { ...limits, max: Math.min(limits.max, max) } : limits;
}

/** An image of a request. */
export interface SentImage {
  /** Path of the field in the client's request. */
  param: string;
  /** True if the image belongs to the newest turn. Such an image is rejected instead of omitted. */
  isNew: boolean;
  /** Error if the image exceeds a limit that applies to every image. */
  error?: Error;
  /** Returns the size in pixels from the image header; undefined or without sides if the header does not contain it. */
  size(): ImageSize | undefined;
}

/**
 * Returns the images of earlier turns to omit, so that the request fits the limits of the model. Throws GatewayError
 * 400 with `param` if the images of the newest turn alone exceed a limit.
 * Parameters: `images` are all images of the request, in order. The number of its documents is `documents`. Without
 * `limits`, the model limits single images only.
 */
export function omittedImages<Image extends SentImage>(
  images: readonly Image[],
  documents: number,
  limits: RequestImages | undefined,
): Set<Image> {
  const newest = images.filter(({ isNew }) => isNew);
  for (const image of newest) {
    const error = imageError(image);
    if (error) throw error;
  }
  const omitted = new Set(images.filter((image) => !image.isNew && imageError(image) !== undefined));
  if (limits === undefined) return omitted;
  rejectTooMany(newest, documents, limits.max);
  const left = (): Image[] => images.filter((image) => !omitted.has(image));
  const max = Math.max(0, limits.max - documents);
  const excess = left().length - max;
  const step = Math.max(1, Math.ceil(max / STEPS));
  if (excess > 0) omitOldest(left(), Math.ceil(excess / step) * step, omitted);
  if (left().length > limits.few) fitMany(left(), newest, limits, omitted);
  return omitted;
}

/** Applies the size limit of requests with many images. Omits as few images of earlier turns as possible. */
function fitMany<Image extends SentImage>(
  images: readonly Image[],
  newest: readonly Image[],
  { few, pixelsOfMany }: RequestImages,
  omitted: Set<Image>,
): void {
  const large = newest.find((image) => isLarger(image, pixelsOfMany));
  if (large && newest.length > few) {
    throw attachmentError(
      // The first sentence is Anthropic's own wording, which clients recognize.
      `At least one of the image dimensions exceed max allowed size for many-image requests: ${pixelsOfMany} pixels. This image has ${sizeText(large)}. Make it smaller, or send at most ${few} images.`,
      large.param,
    );
  }
  const step = Math.max(1, Math.ceil(few / STEPS));
  const excess = Math.ceil((images.length - few) / step) * step;
  omitOldest(large ? images : images.filter((image) => isLarger(image, pixelsOfMany)), excess, omitted);
}

function omitOldest<Image extends SentImage>(images: readonly Image[], count: number, omitted: Set<Image>): void {
  for (const image of images.filter(({ isNew }) => !isNew).slice(0, count)) omitted.add(image);
}

function rejectTooMany(newest: readonly SentImage[], documents: number, max: number): void {
  const excess = newest[Math.max(0, max - documents)];
  if (excess === undefined) return;
  throw attachmentError(
    `A request may contain at most ${max} images and documents. This one contains ${newest.length} images in its newest turn and ${documents} documents.`,
    excess.param,
  );
}

function imageError(image: SentImage): Error | undefined {
  if (image.error || !isLarger(image, MAX_PIXELS)) return image.error;
  return attachmentError(
    `An image may have at most ${MAX_PIXELS} pixels on each side. This one has ${sizeText(image)}.`,
    image.param,
  );
}

function isLarger(image: SentImage, pixels: number): boolean {
  const { width = 0, height = 0 } = image.size() ?? {};
  return width > pixels || height > pixels;
}

function sizeText(image: SentImage): string {
  const { width, height } = image.size() ?? {};
  return `${width} x ${height}`;
}
