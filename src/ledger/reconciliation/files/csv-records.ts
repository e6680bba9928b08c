import { StringDecoder } from 'node:string_decoder';
import { BillError } from './bill-error.ts';

/** Characters of a cell. The largest cells of an export are maps of tags. */
const MAX_CELL = 65_536;
/** Characters of a record with all its cells. */
const MAX_RECORD = 1_048_576;
/** An export has about 130 columns; one with a column for each tag has more. */
const MAX_COLUMNS = 4_096;
const CELL_QUOTE = '"';

type Cells = readonly string[];

/**
 * Reads records of CSV (RFC 4180) from chunks of UTF-8. Holds the records of one chunk. Throws BillError for a record beyond the
 * limits, and for a quote that does not end.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Cells[]> {
  const reader = new CsvReader();
  const decoder = new StringDecoder('utf8');
  for await (const chunk of chunks) {
    const records = [...reader.read(decoder.write(chunk))];
    if (records.length > 0) yield records;
  }
  yield [...reader.read(decoder.end()), ...reader.end()];
}

/** Splits text into records. Its state is the record that has not ended. */
class CsvReader {
  private cells: string[] = [];
  private cell = '';
  private size = 0;
  private isQuoted = false;
  /** True after a quote within a quoted cell: it ends the cell, or the next quote is a character. */
  private isAfterQuote = false;
  private isAfterReturn = false;

  *read(text: string): Generator<Cells> {
    let at = 0;
    while (at < text.length) {
      if (this.isQuoted) {
        at = this.readQuoted(text, at);
        continue;
      }
      if (this.cells.length === 0 && this.cell === '') at = afterLineBreaks(text, at);
      const end = nextBreak(text, at);
      if (end > at) {
        this.append(text.slice(at, end));
        this.isAfterReturn = false;
      }
      if (end === text.length) return;
      if (yield* this.readBreak(text[end]!)) this.isQuoted = true;
      at = end + 1;
    }
  }

  *end(): Generator<Cells> {
    if (this.isQuoted) throw new BillError('The file ends within a quoted cell.');
    if (this.cells.length > 0 || this.cell !== '') yield this.takeRecord();
  }

  /** Reads a character that ends a cell or begins a quoted one. Returns true for the latter. */
  private *readBreak(character: string): Generator<Cells, boolean> {
    const isAfterReturn = this.isAfterReturn;
    this.isAfterReturn = character === '\r';
    switch (character) {
      case CELL_QUOTE:
        // A quote after the end of a quoted cell is one of its characters.
        if (this.isAfterQuote) this.append(CELL_QUOTE);
        this.isAfterQuote = false;
        return true;
      case ',':
        this.takeCell();
        return false;
      default:
        if (character !== '\n' || !isAfterReturn) {
          if (this.cells.length > 0 || this.cell !== '') yield this.takeRecord();
        }
        return false;
    }
  }

  /** Reads a part of a quoted cell. Returns the position after it. */
  private readQuoted(text: string, at: number): number {
    const end = text.indexOf(CELL_QUOTE, at);
    if (end === -1) {
      this.append(text.slice(at));
      return text.length;
    }
    this.append(text.slice(at, end));
    this.isQuoted = false;
    this.isAfterQuote = true;
    return end + 1;
  }

  private append(part: string): void {
    this.isAfterQuote = false;
    this.cell += part;
    this.size += part.length;
    if (this.cell.length > MAX_CELL) throw new BillError(`A cell has more than ${MAX_CELL} characters.`);
    if (this.size > MAX_RECORD) throw new BillError(`A record has more than ${MAX_RECORD} characters.`);
  }

  private takeCell(): void {
    this.cells.push(this.cell);
    this.cell = '';
    this.isAfterQuote = false;
    if (this.cells.length > MAX_COLUMNS) throw new BillError(`A record has more than ${MAX_COLUMNS} cells.`);
  }

  private takeRecord(): Cells {
    this.takeCell();
    const { cells } = this;
    this.cells = [];
    this.size = 0;
    return cells;
  }
}

/** Returns the position after empty lines. A file may consist of millions of them. */
function afterLineBreaks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x0a || text.charCodeAt(at) === 0x0d) at += 1;
  return at;
}

function nextBreak(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x2c || code === 0x22 || code === 0x0a || code === 0x0d) return at;
  }
  return text.length;
}
