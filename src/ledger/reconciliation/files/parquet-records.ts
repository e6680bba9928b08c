import type { FileHandle } from 'node:fs/promises';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { AsyncBuffer, ColumnData, Compressors, DecodedArray, FileMetaData } from 'hyparquet';
import { BillError } from './bill-error.ts';
import { OPTIONAL_COLUMNS, REQUIRED_COLUMNS } from './bill-record.ts';

/** Rows of which objects exist at a time. */
const PARQUET_SLICE_ROWS = 2_000;
/** Bytes of the read columns of a row group. A row group of an export has some MiB. */
const MAX_GROUP_BYTES = 256 * 1_048_576;
const MAX_PARQUET_PAGE_BYTES = 64 * 1_048_576;
const MAX_FOOTER_BYTES = 32 * 1_048_576;
const FOOTER_LENGTH_BYTES = 8;

/** Decoded values of a column from a row on. */
interface ColumnPart {
  readonly rowStart: number;
  readonly data: DecodedArray;
}

/** Rows by column. */
type ParquetRows = readonly Readonly<Record<string, unknown>>[];

/**
 * Reads the rows of a Parquet file in slices, and only the columns of the reconciliation. Throws BillError for a file that is no
 * Parquet, lacks columns, or exceeds the limits.
 */
export async function* parquetRecords(handle: FileHandle, byteLength: number): AsyncGenerator<ParquetRows> {
  const file = bufferOf(handle, byteLength);
  await checkFooter(file);
  const { parquetMetadataAsync, parquetRead, snappyUncompress } = await import('hyparquet');
  const metadata = await parquetMetadataAsync(file);
  const columns = columnsOf(metadata);
  const compressors: Compressors = {
    SNAPPY: (input, bytes) => {
      const output = new Uint8Array(pageBytes(bytes));
      snappyUncompress(input, output);
      return output;
    },
    GZIP: (input, bytes) => new Uint8Array(gunzipSync(input, { maxOutputLength: pageBytes(bytes) })),
    ZSTD: (input, bytes) => new Uint8Array(zstdDecompressSync(input, { maxOutputLength: pageBytes(bytes) })),
  };
  let begin = 0;
  for (const group of metadata.row_groups) {
    checkGroup(group, columns);
    const end = begin + Number(group.num_rows);
    const parts = new Map<string, ColumnPart[]>(columns.map((column) => [column, []]));
    const onChunk = ({ columnName, columnData, rowStart }: ColumnData) =>
      parts.get(columnName)!.push({ rowStart, data: columnData });
    await parquetRead({ file, metadata, columns, rowStart: begin, rowEnd: end, compressors, onChunk });
    for (let from = begin; from < end; from += PARQUET_SLICE_ROWS) {
      yield slicedRows(parts, from, Math.min(from + PARQUET_SLICE_ROWS, end));
    }
    begin = end;
  }
}

/** Returns the rows of a slice. Objects for all rows of a group would take several times its memory. */
function slicedRows(parts: ReadonlyMap<string, readonly ColumnPart[]>, from: number, to: number): ParquetRows {
  const rows = Array.from({ length: to - from }, (): Record<string, unknown> => ({}));
  for (const [column, ofColumn] of parts) {
    for (const { data, rowStart } of ofColumn) {
      const [first, last] = [Math.max(from, rowStart), Math.min(to, rowStart + data.length)];
      for (let row = first; row < last; row += 1) rows[row - from]![column] = data[row - rowStart];
    }
  }
  return rows;
}

function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const bytes = new Uint8Array(Math.max(0, end - start));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) throw new BillError('The file is shorter than its footer states.');
        filled += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

/** Checks the end of the file before anything is parsed: the footer's length, and the mark PAR1. */
async function checkFooter(file: AsyncBuffer): Promise<void> {
  if (file.byteLength < 2 * FOOTER_LENGTH_BYTES) throw new BillError('The file is too short for Parquet.');
  const view = new DataView(await file.slice(file.byteLength - FOOTER_LENGTH_BYTES));
  const footerBytes = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0x31_52_41_50) throw new BillError('The file does not end with the mark of Parquet.');
  if (footerBytes > Math.min(MAX_FOOTER_BYTES, file.byteLength)) throw new BillError('The footer is too long.');
}

/** Returns the columns to read. Throws BillError if a required one is absent. */
function columnsOf({ schema }: FileMetaData): string[] {
  const present = new Set(schema.map(({ name }) => name));
  const missing = REQUIRED_COLUMNS.filter((column) => !present.has(column));
  if (missing.length > 0) throw new BillError(`The file lacks the columns ${missing.join(', ')}.`);
  return [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS].filter((column) => present.has(column));
}

function checkGroup({ columns }: FileMetaData['row_groups'][number], read: readonly string[]): void {
  const bytes = columns
    .map(({ meta_data: data }) => data)
    .filter((data) => data !== undefined && read.includes(data.path_in_schema[0] ?? ''))
    .reduce((sum, data) => sum + Number(data!.total_uncompressed_size), 0);
  if (bytes > MAX_GROUP_BYTES) throw new BillError(`A row group has more than ${MAX_GROUP_BYTES} bytes.`);
}

/** Returns the size of a page. Throws BillError above the limit, before memory is allocated. */
function pageBytes(bytes: number): number {
  if (bytes > MAX_PARQUET_PAGE_BYTES) throw new BillError(`A page has more than ${MAX_PARQUET_PAGE_BYTES} bytes.`);
  return bytes;
}
