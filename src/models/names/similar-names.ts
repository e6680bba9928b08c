/** Maximum characters of a name to compare. Bounds the work that an unknown name causes. */
const MAX_NAME_LENGTH = 80;
/** Maximum edits of a similar name, as a share of the name's length. */
const TOLERANCE = 0.34;
const MAX_SUGGESTIONS = 3;

/** Returns up to three candidates that are similar to the name, most similar first. */
export function similarNames(name: string, candidates: Iterable<string>): string[] {
  if (name.length > MAX_NAME_LENGTH) return [];
  // Other gateways prefix the vendor: `anthropic/claude-sonnet-4.5`.
  const requested = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const distance = distanceBetween(requested, candidate.toLowerCase());
    if (distance <= requested.length * TOLERANCE) scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance);
  return scored.slice(0, MAX_SUGGESTIONS).map(({ candidate }) => candidate);
}

/**
 * Returns the number of edits between two names, or between their sorted parts plus one: `claude-4-5-sonnet` is similar
 * to `claude-sonnet-4-5`.
 */
function distanceBetween(a: string, b: string): number {
  return Math.min(edits(a, b), edits(sortedParts(a), sortedParts(b)) + 1);
}

function sortedParts(name: string): string {
  return name
    .split(/[-._:]/)
    .sort()
    .join('-');
}

/** Computes the Levenshtein distance, one row at a time. */
function edits(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
