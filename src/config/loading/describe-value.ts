import { HIDDEN, mayBeSecret } from '../mask-secrets.ts';
import { type ValueOrigin, OverriddenValue, isMap } from './overridden-value.ts';

/**
 * Maximum lengths in messages. Longer names and texts are cut, so that a key in the wrong place is not readable in the log.
 */
const maxNameLength = 24;
const maxTextLength = 60;

/** Describes a value for messages, as a phrase after "found". For text that may be secret, only its length is shown. */
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
  if (disclosed === 'hidden' || mayBeSecret(value)) return `a text of ${value.length} characters (not shown)`;
  return JSON.stringify(cut(value, maxTextLength));
}

/** Shortens a name for messages, or hides it if it may be a secret. */
export function truncateName(name: string): string {
  return mayBeSecret(name) ? HIDDEN : cut(name, maxNameLength);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
