/**
 * Makes a text of a client storable: PostgreSQL refuses NUL, and UTF-8 has no lone surrogates. Texts in JSON need no such
 * change, because JSON escapes both.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}');
}
