const MAX_TEXT = 256;
const MAX_LIST_ENTRIES = 20;
/** Characters that PostgreSQL does not store, and others that no name contains. */
// eslint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
// eslint-disable-next-line no-control-regex
const ALL_CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/g;

/** Returns a text that every database stores: at most 256 characters, without control characters and half surrogates. */
export function boundedText(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const short = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
  const plain = CONTROL_CHARACTER.test(short) ? short.replace(ALL_CONTROL_CHARACTERS, '') : short;
  return plain.isWellFormed() ? plain : plain.toWellFormed();
}

/** Returns at most the first 20 texts, each bounded. */
export function boundedList(texts: readonly string[]): readonly string[];
export function boundedList(texts: readonly string[] | undefined): readonly string[] | undefined;
export function boundedList(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts?.slice(0, MAX_LIST_ENTRIES).map((text) => boundedText(text)!);
}
