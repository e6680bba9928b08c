/** Start of a line of the log that contains a row. */
const PRINTED_PREFIX = '{"stream":"ledger","row":';

/** Returns the line with which a gateway that ends prints a row that the database does not have. `json` is the row. */
export function printedRow(json: string): string {
  return `${PRINTED_PREFIX}${json}}\n`;
}

/**
 * Returns the row of a line of a log as JSON; undefined for other lines. Text before the line, such as the time of a collector,
 * is skipped.
 */
export function printedRowIn(line: string): string | undefined {
  const start = line.indexOf(PRINTED_PREFIX);
  const end = line.lastIndexOf('}');
  return start === -1 || end <= start ? undefined : line.slice(start + PRINTED_PREFIX.length, end);
}
