/** Comparing costs the product of the lengths; no setting is longer, dots included. */
const longestName = 60;

/** The name that was probably meant, if one is near enough. */
export function closestName(written: string, names: readonly string[]): string | undefined {
  const plain = normalizeName(written).slice(0, longestName);
  const ranked = names
    .map((name) => ({ name, distance: editDistance(plain, normalizeName(name)) }))
    .sort((one, other) => one.distance - other.distance);
  const nearest = ranked[0];
  // A third of the letters wrong is a slip; more is another word.
  return nearest && nearest.distance <= Math.max(1, Math.floor(plain.length / 3)) ? nearest.name : undefined;
}

/** The same for `requests_per_minute`, `Requests-Per-Minute` and `requestsPerMinute`. */
export function normalizeName(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}

/** Letters to insert, drop, replace or swap with their neighbour. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const distance = (line: number, column: number) => rows[line]?.[column] ?? line + column;
  for (let line = 1; line <= from.length; line += 1) {
    const row = [line];
    rows.push(row);
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[line - 1] === to[column - 1];
      const isSwapped =
        line > 1 && column > 1 && from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1];
      const steps = [
        distance(line - 1, column - 1) + (isSame ? 0 : 1),
        distance(line - 1, column) + 1,
        distance(line, column - 1) + 1,
        ...(isSwapped ? [distance(line - 2, column - 2) + 1] : []),
      ];
      row.push(Math.min(...steps));
    }
  }
  return distance(from.length, to.length);
}
