import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { decodeLine } from '../journal/journal-line.ts';
import { parseLedgerRow } from '../rows/parse-ledger-row.ts';
import { printedRowIn } from './printed-row.ts';

const IMPORT_SLICE = 500;

/** How many rows a file has, and how many lines without one. */
export interface ImportCounts {
  rows: number;
  otherLines: number;
}

/**
 * Reads the rows of a file in slices, as JSON: of a log with printed rows, of a segment of the journal, or rows alone. Other
 * lines are counted. Throws an Error if the file cannot be read.
 */
export async function importRows(
  path: string,
  take: (rows: readonly string[]) => Promise<void>,
): Promise<ImportCounts> {
  const counts: ImportCounts = { rows: 0, otherLines: 0 };
  let slice: string[] = [];
  const takeSlice = async (): Promise<void> => {
    counts.rows += slice.length;
    if (slice.length > 0) await take(slice);
    slice = [];
  };
  const input = createReadStream(path);
  // An error of the file would be an event of the stream only.
  const failure = new Promise<never>((_resolve, reject) => input.once('error', reject));
  failure.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await Promise.race([lines.next(), failure]);
    if (done === true) break;
    const row = rowIn(value);
    if (row === undefined) counts.otherLines += value === '' ? 0 : 1;
    else slice.push(row);
    if (slice.length >= IMPORT_SLICE) await takeSlice();
  }
  await takeSlice();
  return counts;
}

/** Returns the row of a line as JSON. */
function rowIn(line: string): string | undefined {
  const json = printedRowIn(line) ?? decodeLine(line) ?? line;
  try {
    parseLedgerRow(json);
    return json;
  } catch {
    return undefined;
  }
}
