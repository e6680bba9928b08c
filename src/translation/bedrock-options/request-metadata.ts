import { invalidType } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';

/** Limits of Converse's `requestMetadata` (service model of bedrock-runtime, 2026-11). */
const MOST_PAIRS = 16;
const LONGEST = 256;
/** Characters of a name that an error repeats. */
const LONGEST_NAME = 64;
/** AWS's pattern; its white space is that of ASCII, where JavaScript's `\s` also holds U+2028 and others. */
const FOREIGN = /[^a-zA-Z0-9 \t\n\v\f\r:_@$#=/+,.-]/g;

/** Who asks, in the order in which pairs are kept: the gateway's own word, then the request's. */
export interface RequestMetadataOptions {
  /** Name of the API key. */
  apiKey?: string;
  user?: unknown;
  safetyIdentifier?: unknown;
  metadata?: unknown;
}

/** What the invocation logs of Bedrock will tell of a request, fitted to their letters and lengths. Undefined for nothing. */
export function buildRequestMetadata(
  wish: RequestMetadataOptions,
  adjustments: Adjustments,
): Record<string, string> | undefined {
  const pairs = new Map<string, string>();
  const own: [name: string, value: unknown, param: string | undefined][] = [
    ['api_key', wish.apiKey, undefined],
    ['user', wish.user, 'user'],
    ['safety_identifier', wish.safetyIdentifier, 'safety_identifier'],
  ];
  for (const [name, value, param] of own) {
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string') throw invalidType(name, 'a string', value);
    const clean = fitted(value);
    if (clean !== value && param !== undefined) adjustments.changed(param, 'characters_replaced');
    pairs.set(name, clean);
  }
  addMetadata(pairs, wish.metadata ?? {}, adjustments);
  return pairs.size === 0 ? undefined : Object.fromEntries(pairs);
}

/** A pair never replaces one that is there: `api_key` says who pays. */
function addMetadata(pairs: Map<string, string>, metadata: unknown, adjustments: Adjustments): void {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw invalidType('metadata', 'an object', metadata);
  }
  for (const [name, value] of Object.entries(metadata as Record<string, unknown>)) {
    if (typeof value !== 'string') throw invalidType(`metadata.${name.slice(0, LONGEST_NAME)}`, 'a string', value);
    const cleanName = fitted(name);
    const clean = fitted(value);
    if (cleanName === '' || pairs.has(cleanName) || pairs.size === MOST_PAIRS) {
      adjustments.changed('metadata', 'extra_pairs_dropped');
      continue;
    }
    if (cleanName !== name || clean !== value) adjustments.changed('metadata', 'characters_replaced');
    pairs.set(cleanName, clean);
  }
}

function fitted(text: string): string {
  return text.slice(0, LONGEST).replace(FOREIGN, '_');
}
