import type { ModelCard } from './model.ts';

/** The model's last day is behind us; AWS answers ResourceNotFoundException. */
export function isRetired(card: ModelCard, now: Date): boolean {
  const { endOfLife } = card.lifecycle;
  return endOfLife !== undefined && endOfLife < now.toISOString().slice(0, 10);
}

/** AWS has announced the end; accounts that have not used the model lately are refused already. */
export function isLegacy(card: ModelCard, now: Date): boolean {
  const { legacy } = card.lifecycle;
  return legacy !== undefined && legacy <= now.toISOString().slice(0, 10);
}

export type LifeState = 'active' | 'legacy' | 'retired';

export function stateOf(card: ModelCard, now: Date): LifeState {
  if (isRetired(card, now)) return 'retired';
  return isLegacy(card, now) ? 'legacy' : 'active';
}

/** Seconds since the epoch at the start of a `YYYY-MM-DD` day, UTC. */
export function secondsAt(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1_000;
}

/**
 * What an answer's headers say about a model that ends: `Deprecation` (RFC 9745, `@` and seconds), `Sunset`
 * (RFC 8594, an HTTP date) and a `Link` to the successor. Empty for a model with no end in sight.
 */
export function deprecationHeaders(card: ModelCard): Record<string, string> {
  const { legacy, endOfLife } = card.lifecycle;
  const deprecated = legacy ?? endOfLife;
  const headers: Record<string, string> = {};
  if (deprecated === undefined) return headers;
  headers['Deprecation'] = `@${secondsAt(deprecated)}`;
  if (endOfLife !== undefined) headers['Sunset'] = new Date(secondsAt(endOfLife) * 1_000).toUTCString();
  if (card.successor !== undefined) headers['Link'] = `</v1/models/${card.successor}>; rel="successor-version"`;
  return headers;
}
