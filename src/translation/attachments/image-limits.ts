import { badRequest } from '../../errors/errors.ts';
import type { ModelRules, RequestImages } from '../../models/types/model.ts';
import type { ImageSize } from './image-header.ts';

/** Pixels a side of an image (AWS API reference, Message). */
const MOST_PIXELS = 8_000;
/** Images of the history are left out in steps of a fifth, so that the prompt cache survives most requests between. */
const STEPS = 5;

/** Returns a GatewayError 400. Its message names the path as well, because errors in Anthropic's form have no `param`. */
export function refusedAttachment(message: string, param: string): Error {
  return badRequest(`${param}: ${message}`, param);
}

/** Stands in the place of an image of the history that a request cannot hold. */
export const OMITTED_IMAGE =
  '[An image of an earlier message is not shown, because the request holds more images, or larger ones, than the model accepts.]';

/** Returns the limits of a request to a model; `most` is a limit that a refusal of Bedrock has named. */
export function requestImages({ requestImages: limits }: ModelRules, most?: number): RequestImages | undefined {
  return limits && most !== undefined ? { ...limits, most: Math.min(limits.most, most) } : limits;
}

/** An image of a request. */
export interface SentImage {
  /** Path of the field. */
  param: string;
  /** True if the image belongs to the newest turn: it is refused instead of left out. */
  isNew: boolean;
  /** Why no request may hold this image. */
  refusal?: Error;
  /** Reads the size from the header; undefined where there is none. */
  size(): ImageSize | undefined;
}

/**
 * Returns the images of the history that have to be left out, so that the request fits the limits of the model. `images`
 * are in the order of the request; `documents` counts its documents; without `limits` the model has limits for each
 * image only. Throws GatewayError 400 with `param` where the images of the newest turn alone exceed a limit.
 */
export function omittedImages<Image extends SentImage>(
  images: readonly Image[],
  documents: number,
  limits: RequestImages | undefined,
): Set<Image> {
  const newest = images.filter(({ isNew }) => isNew);
  for (const image of newest) {
    const refusal = refusalOf(image);
    if (refusal) throw refusal;
  }
  const omitted = new Set(images.filter((image) => !image.isNew && refusalOf(image) !== undefined));
  if (limits === undefined) return omitted;
  refuseTooMany(newest, documents, limits.most);
  const left = (): Image[] => images.filter((image) => !omitted.has(image));
  const most = Math.max(0, limits.most - documents);
  const excess = left().length - most;
  const step = Math.max(1, Math.ceil(most / STEPS));
  if (excess > 0) omitOldest(left(), Math.ceil(excess / step) * step, omitted);
  if (left().length > limits.few) fitMany(left(), newest, limits, omitted);
  return omitted;
}

/** In a request with many images each has to be small: as few as possible of the history are left out. */
function fitMany<Image extends SentImage>(
  images: readonly Image[],
  newest: readonly Image[],
  { few, pixelsOfMany }: RequestImages,
  omitted: Set<Image>,
): void {
  const large = newest.find((image) => isLarger(image, pixelsOfMany));
  if (large && newest.length > few) {
    throw refusedAttachment(
      // Clients know the first sentence, which is Anthropic's.
      `At least one of the image dimensions exceed max allowed size for many-image requests: ${pixelsOfMany} pixels. This image has ${sizeText(large)}: make it smaller, or send at most ${few} images.`,
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

function refuseTooMany(newest: readonly SentImage[], documents: number, most: number): void {
  const excess = newest[Math.max(0, most - documents)];
  if (excess === undefined) return;
  throw refusedAttachment(
    `One request may hold ${most} images and documents; this one holds ${newest.length} images in its newest turn and ${documents} documents.`,
    excess.param,
  );
}

function refusalOf(image: SentImage): Error | undefined {
  if (image.refusal || !isLarger(image, MOST_PIXELS)) return image.refusal;
  return refusedAttachment(
    `An image may have ${MOST_PIXELS} pixels a side; this one has ${sizeText(image)}.`,
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
