import type { DatabaseService } from '../../src/database/database.service.ts';
import { type ExportFormat, formatCharges } from '../../src/ledger/export/focus/charge-export.ts';
import { readChargeLabels } from '../../src/ledger/export/focus/charge-labels.ts';
import { hoursOfDays } from '../../src/ledger/export/charge-hours.ts';
import { ChargeSource } from '../../src/ledger/export/charge-source.ts';

/** Returns the charges of days as a file. */
export async function chargeFile(
  database: DatabaseService,
  { format = 'csv', from, to = from, maxHeld }: { format?: ExportFormat; from: string; to?: string; maxHeld?: number },
): Promise<Buffer> {
  const labels = await readChargeLabels(database, { accounts: [] });
  const batches = new ChargeSource(database, maxHeld).batches(hoursOfDays(from, to));
  const parts: Buffer[] = [];
  for await (const part of formatCharges(format, batches, labels)) parts.push(Buffer.from(part as string));
  return Buffer.concat(parts);
}

/** Reads CSV with a header as RFC 4180 defines it. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header = [], ...rows] = [...csvRows(text)];
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

function* csvRows(text: string): Generator<string[]> {
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === '' && cells.length === 0) return;
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') {
      yield cells;
      cells = [];
    }
  }
}

/** Adds decimal texts exactly. Returns nano-USD. */
export function sumOfUsd(texts: Iterable<string>): bigint {
  let sum = 0n;
  for (const text of texts) {
    const [, sign, whole, places = ''] = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text)!;
    sum += BigInt(`${sign}${whole}${places.padEnd(9, '0')}`);
  }
  return sum;
}
