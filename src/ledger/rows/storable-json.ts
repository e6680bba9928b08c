import { storable } from '../../database/storable-text.ts';

/** Escapes in JSON of NUL and of lone surrogates, which databases refuse. A backslash before them may be escaped itself. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;

/** Converts a value to JSON whose texts a database accepts. Throws TypeError for a value that is not JSON. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return UNSTORABLE.test(json) ? JSON.stringify(withStorableTexts(value)) : json;
}

/** Returns a copy whose texts a database accepts, also the names of fields. */
function withStorableTexts(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(withStorableTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [storable(name), withStorableTexts(field)]));
}
