/** Beginnings of cells that spreadsheets run as formulas. */
const FORMULA = /^[=+\-@\t\r]/;

/** Returns a text as a cell of CSV (RFC 4180). A quote mark before a formula makes it a text for spreadsheets. */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Returns rows of cells, which are already escaped, as CSV with a header. */
export function csvDocument(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}
