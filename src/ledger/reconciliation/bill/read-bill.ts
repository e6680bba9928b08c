import { createGunzip } from 'node:zlib';
import { BillError } from '../files/bill-error.ts';
import { billEntryOf } from './bill-entry.ts';
import { type BillFile, limitedTo, withFileHandle } from '../files/bill-files.ts';
import { type BillRecord, CsvBillRecord, ParquetBillRecord, REQUIRED_COLUMNS } from '../files/bill-record.ts';
import { BillSums } from './bill-sums.ts';
import { csvRecords } from '../files/csv-records.ts';
import type { GatewayRoles } from './gateway-roles.ts';
import { LineCallers } from './gateway-roles.ts';
import { parquetRecords } from '../files/parquet-records.ts';

/** How much longer the content of a compressed file may be than the file. Exports have a ratio of 10 to 40. */
const MAX_RATIO = 200;
const MIN_CONTENT_BYTES = 64 * 1_048_576;
const CSV_BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads the files of a month, one after another, and returns the sums of their lines of Bedrock. Memory does not depend on the
 * length of the files. Throws BillError with the name of the first file that cannot be read.
 */
export async function readBill(files: readonly BillFile[], month: string, roles: GatewayRoles): Promise<BillSums> {
  const sums = new BillSums(month);
  const callers = new LineCallers(roles);
  for (const file of files) {
    try {
      for await (const records of billRecordsOf(file)) {
        for (const record of records) sums.add(billEntryOf(record, callers));
      }
    } catch (error) {
      if (error instanceof BillError || isContentError(error)) {
        throw new BillError(`${file.name}: ${(error as Error).message}`, { cause: error });
      }
      throw error;
    }
  }
  return sums;
}

/** Returns true for an error about the content of a file, and not about its storage. */
function isContentError(error: unknown): boolean {
  const { code, name } = error as NodeJS.ErrnoException;
  return code === undefined
    ? ['Error', 'RangeError', 'TypeError'].includes(name)
    : code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE';
}

async function* billRecordsOf(file: BillFile): AsyncGenerator<readonly BillRecord[]> {
  if (file.name.endsWith('.parquet')) {
    for await (const rows of await withFileHandle(file, parquetRecords)) {
      yield rows.map((row) => new ParquetBillRecord(row));
    }
    return;
  }
  let positions: ReadonlyMap<string, number> | undefined;
  for await (const records of csvRecords(await csvContent(file))) {
    const [head] = records;
    const isFirst = positions === undefined && head !== undefined;
    if (isFirst) positions = positionsOf(head);
    const known = positions ?? new Map<string, number>();
    yield records.slice(isFirst ? 1 : 0).map((cells) => recordOf(cells, known));
  }
  if (positions === undefined) throw new BillError('The file is empty.');
}

async function csvContent(file: BillFile): Promise<AsyncIterable<Uint8Array>> {
  const stream = await file.stream();
  if (!file.name.endsWith('.gz')) return stream;
  const limit = Math.max(MIN_CONTENT_BYTES, MAX_RATIO * file.bytes);
  const gunzip = createGunzip();
  stream.on('error', (error) => gunzip.destroy(error));
  const limited = limitedTo(limit);
  gunzip.on('error', (error) => limited.destroy(error));
  limited.on('close', () => {
    gunzip.destroy();
    stream.destroy();
  });
  return stream.pipe(gunzip).pipe(limited);
}

/** Returns the record of a line. Throws BillError for a torn line. */
function recordOf(cells: readonly string[], positions: ReadonlyMap<string, number>): BillRecord {
  if (cells.length === positions.size) return new CsvBillRecord(cells, positions);
  throw new BillError(
    `A line has ${cells.length} cells, and the head has ${positions.size}. The file is not complete.`,
  );
}

/** Returns the position of each column. Throws BillError if a required one is absent. */
function positionsOf(head: readonly string[]): ReadonlyMap<string, number> {
  const positions = new Map(head.map((name, index) => [name.replace(CSV_BYTE_ORDER_MARK, '').trim(), index] as const));
  const missing = REQUIRED_COLUMNS.filter((column) => !positions.has(column));
  if (positions.size < head.length) throw new BillError('The head contains a column twice.');
  if (missing.length === 0) return positions;
  throw new BillError(`The file lacks the columns ${missing.join(', ')}. Is it an export of CUR 2.0?`);
}
