import { invalidType } from '../../limits/field-errors.ts';
import type { Adjustments } from '../adjustments.ts';
import type { MetadataCaller, TranslationPolicy } from '../policy.ts';

/** Maximum pairs of Converse's `requestMetadata` (service model of bedrock-runtime, 2026-11). */
const MAX_PAIRS = 16;
/** Maximum characters of a name or value. */
const MAX_LENGTH = 256;
/** Maximum characters of a client's name in an error message. */
const MAX_NAME_IN_ERROR = 64;
/**
 * Matches characters outside AWS's pattern. Its white space is ASCII only, while JavaScript's `\s` includes U+2028 and
 * others.
 */
const UNSUPPORTED_CHARACTERS = /[^a-zA-Z0-9 \t\n\v\f\r:_@$#=/+,.-]/g;

/** Sources of the request metadata, in order of precedence: the gateway's own, then the request's. */
export interface RequestMetadataOptions {
  /** Pairs of the gateway, by name. */
  caller?: CallerPairs;
  user?: unknown;
  safetyIdentifier?: unknown;
  metadata?: unknown;
}

/** Pairs that the gateway adds about the caller. Absent values are not sent. */
export type CallerPairs = readonly (readonly [name: string, value: string | undefined])[];

/** Returns the pairs that the settings add about a caller; undefined if they add none. */
export function callerPairsOf(
  settings: TranslationPolicy['requestMetadata'],
  caller: MetadataCaller | undefined,
): CallerPairs | undefined {
  const { includeKeyName, includeKeyId, includeTeam, includeApplication } = settings;
  if (caller === undefined) return undefined;
  if (!includeKeyName && !includeKeyId && !includeTeam && !includeApplication) return undefined;
  return [
    ['api_key', includeKeyName ? caller.name : undefined],
    ['key_id', includeKeyId ? caller.id : undefined],
    ['team', includeTeam ? caller.team?.name : undefined],
    ['application', includeApplication ? caller.application?.name : undefined],
  ];
}

/**
 * Returns a client's own pairs with those of the gateway, and reports each that is not sent: the gateway's take its place, or
 * there are more than Bedrock accepts. Other pairs pass unmodified.
 */
export function withCallerPairs(
  own: Readonly<Record<string, unknown>>,
  pairs: Readonly<Record<string, string>>,
  adjustments: Adjustments,
): Record<string, unknown> {
  const names = Object.keys(own);
  const kept = names.filter((name) => !Object.hasOwn(pairs, name)).slice(0, MAX_PAIRS - Object.keys(pairs).length);
  const isSame = names.every((name) => kept.includes(name) || own[name] === pairs[name]);
  if (!isSame) adjustments.changed('requestMetadata', 'extra_pairs_dropped');
  return { ...Object.fromEntries(kept.map((name) => [name, own[name]])), ...pairs };
}

/**
 * Returns the pairs that Bedrock writes to its invocation logs, with unsupported characters replaced and values
 * shortened; undefined if there are none. Throws GatewayError 400 for values of the wrong type.
 */
export function buildRequestMetadata(
  sources: RequestMetadataOptions,
  adjustments: Adjustments,
): Record<string, string> | undefined {
  const pairs = new Map<string, string>();
  const named: [name: string, value: unknown, param: string | undefined][] = [
    ...(sources.caller ?? []).map(([name, value]) => [name, value, undefined] as [string, unknown, undefined]),
    ['user', sources.user, 'user'],
    ['safety_identifier', sources.safetyIdentifier, 'safety_identifier'],
  ];
  for (const [name, value, param] of named) {
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string') throw invalidType(name, 'a string', value);
    const clean = fitted(value);
    if (clean !== value && param !== undefined) adjustments.changed(param, 'characters_replaced');
    pairs.set(name, clean);
  }
  addMetadata(pairs, sources.metadata ?? {}, adjustments);
  return pairs.size === 0 ? undefined : Object.fromEntries(pairs);
}

/** Adds the client's pairs. A pair never replaces an earlier one, because those of the gateway identify the payer. */
function addMetadata(pairs: Map<string, string>, metadata: unknown, adjustments: Adjustments): void {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw invalidType('metadata', 'an object', metadata);
  }
  for (const [name, value] of Object.entries(metadata as Record<string, unknown>)) {
    if (typeof value !== 'string') throw invalidType(`metadata.${name.slice(0, MAX_NAME_IN_ERROR)}`, 'a string', value);
    const cleanName = fitted(name);
    const clean = fitted(value);
    if (cleanName === '' || pairs.has(cleanName) || pairs.size === MAX_PAIRS) {
      adjustments.changed('metadata', 'extra_pairs_dropped');
      continue;
    }
    if (cleanName !== name || clean !== value) adjustments.changed('metadata', 'characters_replaced');
    pairs.set(cleanName, clean);
  }
}

function fitted(text: string): string {
  return text.slice(0, MAX_LENGTH).replace(UNSUPPORTED_CHARACTERS, '_');
}
