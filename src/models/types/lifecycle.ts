import type { Model } from './model.ts';

/** The model's last day is behind us; AWS answers ResourceNotFoundException. */
export function isRetired(card: Model, now: Date): boolean {
  const { endOfLife } = card.lifecycle;
  return endOfLife !== undefined && endOfLife < now.toISOString().slice(0, 10);
}

/** AWS has announced the end; accounts that have not used the model lately are refused already. */
export function isLegacy(card: Model, now: Date): boolean {
  const { legacy } = card.lifecycle;
  return legacy !== undefined && legacy <= now.toISOString().slice(0, 10);
}

export type LifeState = 'active' | 'legacy' | 'retired';

export function stateOf(card: Model, now: Date): LifeState {
  if (isRetired(card, now)) return 'retired';
  return isLegacy(card, now) ? 'legacy' : 'active';
}

/** Seconds since the epoch at the start of a `YYYY-MM-DD` day, UTC. */
export function epochSecondsOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1_000;
}

/** Headers about the end of a model. */
export const ENDING_HEADER_NAMES = ['Deprecation', 'Sunset', 'Link'] as const;

const ENDING_HEADERS = new WeakMap<Model, readonly EndingHeader[]>();

/** Name and value of a header; undefined takes back a header that another model has set. */
export type EndingHeader = readonly [name: (typeof ENDING_HEADER_NAMES)[number], value: string | undefined];

/**
 * Returns what an answer's headers state about a model that ends: `Deprecation` (RFC 9745, `@` and seconds), `Sunset`
 * (RFC 8594, an HTTP date) and a `Link` to the successor. Undefined for a model whose end is not announced.
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

function headersOf({ successor, lifecycle: { legacy, endOfLife } }: Model): readonly EndingHeader[] {
  const deprecated = legacy ?? endOfLife;
  return [
    ['Deprecation', deprecated && `@${epochSecondsOf(deprecated)}`],
    ['Sunset', endOfLife && new Date(epochSecondsOf(endOfLife) * 1_000).toUTCString()],
    ['Link', successor && `</v1/models/${successor}>; rel="successor-version"`],
  ];
}
