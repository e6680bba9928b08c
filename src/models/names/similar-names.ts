/** Names longer than this are not typing mistakes; it also bounds the work a wrong name can cause. */
const LONGEST_NAME = 80;
/** Most edits, as a share of the name, that still look like the same name. */
const TOLERANCE = 0.34;
const MOST_SUGGESTIONS = 3;

/** Up to three of the candidates that the name was probably meant to be, likeliest first. */
export function similarNames(name: string, candidates: Iterable<string>): string[] {
  if (name.length > LONGEST_NAME) return [];
  // `anthropic/claude-sonnet-4.5`, as other gateways spell it.
  const wanted = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const distance = distanceBetween(wanted, candidate.toLowerCase());
    if (distance <= wanted.length * TOLERANCE) scored.push({ candidate, distance });
  }
  scored.sort((a, b) => a.distance - b.distance);
  return scored.slice(0, MOST_SUGGESTIONS).map(({ candidate }) => candidate);
}

/** Edits between two names, or between their words in order: `claude-4-5-sonnet` is `claude-sonnet-4-5`. */
function distanceBetween(a: string, b: string): number {
  return Math.min(edits(a, b), edits(inOrder(a), inOrder(b)) + 1);
}

function inOrder(name: string): string {
  return name
    .split(/[-._:]/)
    .sort()
    .join('-');
}

/** Levenshtein distance, one row at a time. */
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
