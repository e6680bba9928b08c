import type { CatalogDeprecation } from './catalog-entry.ts';
import type { Model } from './model.ts';

/** Returns true after the model's end of life, when AWS answers ResourceNotFoundException. */
export function isRetired(card: Model, now: Date): boolean {
  const { endOfLife } = card.lifecycle;
  return endOfLife !== undefined && endOfLife < now.toISOString().slice(0, 10);
}

/**
 * Returns true once AWS has announced the end of life. Accounts without recent use of the model are already rejected.
 */
export function isLegacy(card: Model, now: Date): boolean {
  const { legacy } = card.lifecycle;
  return legacy !== undefined && legacy <= now.toISOString().slice(0, 10);
}

/** State of a model at a point in time. */
export type LifeState = 'active' | 'legacy' | 'retired';

/** Returns the state of a model at a point in time. */
export function stateOf(card: Model, now: Date): LifeState {
  if (isRetired(card, now)) return 'retired';
  return isLegacy(card, now) ? 'legacy' : 'active';
}

/** Returns the start of a day `YYYY-MM-DD` in UTC, in seconds since the epoch. */
export function epochSecondsOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1_000;
}

/** Names of the headers about the end of life of a model. */
export const ENDING_HEADER_NAMES = ['Deprecation', 'Sunset', 'Link'] as const;

const ENDING_HEADERS = new WeakMap<Model, readonly EndingHeader[]>();

/** Name and value of a header. Undefined removes a header that another model has set. */
export type EndingHeader = readonly [name: (typeof ENDING_HEADER_NAMES)[number], value: string | undefined];

/**
 * Returns the headers about a model's end of life: `Deprecation` (RFC 9745, `@` and seconds), `Sunset` (RFC 8594, an
 * HTTP date) and a `Link` to the successor. Undefined if no end is announced.
 */
export function endingHeaders(card: Model): readonly EndingHeader[] | undefined {
  const { legacy, endOfLife } = card.lifecycle;
  if (legacy === undefined && endOfLife === undefined) return undefined;
  let headers = ENDING_HEADERS.get(card);
  if (headers === undefined) {
    headers = headersOf(card);
    ENDING_HEADERS.set(card, headers);
  }
  return headers;
}

/**
 * Returns the headers of a model that the catalog of the company deprecates. The earlier end applies. `model`: the model of
 * the AWS dates.
 */
export function deprecationHeaders({ end, successor }: CatalogDeprecation, model: Model): readonly EndingHeader[] {
  const headers = new Map(endingHeaders(model) ?? []);
  const endsAt = end === undefined ? undefined : timeOfEnd(end);
  const awsEnd = model.lifecycle.endOfLife;
  if (endsAt !== undefined && (awsEnd === undefined || endsAt < epochSecondsOf(awsEnd) * 1_000)) {
    headers.set('Sunset', new Date(endsAt).toUTCString());
  }
  if (successor !== undefined) {
    headers.set('Link', `</v1/models/${encodeURIComponent(successor)}>; rel="successor-version"`);
  }
  return [...headers];
}

/** Returns the time of an end in epoch milliseconds. As in AWS's dates, a day is its beginning. Undefined for invalid text. */
function timeOfEnd(end: string): number | undefined {
  const time = Date.parse(end);
  return Number.isNaN(time) ? undefined : time;
}

function headersOf({ successor, lifecycle: { legacy, endOfLife } }: Model): readonly EndingHeader[] {
  const deprecated = legacy ?? endOfLife;
  return [
    ['Deprecation', deprecated && `@${epochSecondsOf(deprecated)}`],
    ['Sunset', endOfLife && new Date(epochSecondsOf(endOfLife) * 1_000).toUTCString()],
    ['Link', successor && `</v1/models/${successor}>; rel="successor-version"`],
  ];
}
