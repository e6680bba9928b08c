/** Maximum length of compared names. The time is the product of the lengths, and no path of a setting is longer. */
const maxComparedLength = 60;

/** Returns the most similar name; undefined if none is similar enough. */
export function closestName(written: string, names: readonly string[]): string | undefined {
  const plain = normalizeName(written).slice(0, maxComparedLength);
  const ranked = names
    .map((name) => ({ name, distance: editDistance(plain, normalizeName(name)) }))
    .sort((one, other) => one.distance - other.distance);
  const nearest = ranked[0];
  // Up to a third of wrong letters counts as a typing error.
  return nearest && nearest.distance <= Math.max(1, Math.floor(plain.length / 3)) ? nearest.name : undefined;
}

/** Returns the same text for `requests_per_minute`, `Requests-Per-Minute` and `requestsPerMinute`. */
export function normalizeName(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}

/** Returns the number of letters to insert, delete, replace or swap with their neighbor. */
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
