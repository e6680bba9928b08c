/** Suffix of a note about a field that is unknown to all APIs. */
const UNKNOWN_SUFFIX = '=unknown';

/** Removes the names of unknown fields, because they are text of the client. */
export function withoutUnknownNames(adjusted: readonly string[]): readonly string[] {
  if (!adjusted.some((note) => note.endsWith(UNKNOWN_SUFFIX))) return adjusted;
  return [...new Set(adjusted.map((note) => (note.endsWith(UNKNOWN_SUFFIX) ? UNKNOWN_SUFFIX.slice(1) : note)))];
}
