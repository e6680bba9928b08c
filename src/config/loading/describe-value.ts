import { HIDDEN, looksSecret } from '../mask-secrets.ts';
import { type ValueOrigin, OverriddenValue, isMap } from './overridden-value.ts';

/** Longer names and texts are cut: a key that stands in the wrong place is not to be read in a log. */
const longestName = 24;
const longestText = 60;

/** What was found, in words that follow "found"; text that may be secret is only counted. */
export function describeActualValue(
  value: unknown,
  origin: ValueOrigin | undefined,
  disclosed: 'shown' | 'hidden',
): string {
  if (origin?.discloses === 'nothing') return origin.name;
  const from = origin ? ` in ${origin.name}` : '';
  return describeValue(value, disclosed) + from;
}

function describeValue(value: unknown, disclosed: 'shown' | 'hidden'): string {
  if (value instanceof OverriddenValue) return describeActualValue(value.value, value.origin, disclosed);
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a map';
  if (value === null || value === undefined) return 'nothing';
  if (typeof value !== 'string') return disclosed === 'shown' ? JSON.stringify(value) : `a ${typeof value}`;
  if (disclosed === 'hidden' || looksSecret(value)) return `a text of ${value.length} characters (not shown)`;
  return JSON.stringify(cut(value, longestText));
}

export function truncateName(name: string): string {
  return looksSecret(name) ? HIDDEN : cut(name, longestName);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
