import type { Charge } from '../charge.ts';
import type { ChargeLabels } from './charge-labels.ts';
import { csvOfCharges } from './charge-csv.ts';

export const EXPORT_FORMATS = ['csv', 'parquet'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Content type of each format. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

/** Returns the content of a file of charges in parts, of which one is held at a time. */
export async function* formatCharges(
  format: ExportFormat,
  batches: AsyncIterable<readonly Charge[]>,
  labels: ChargeLabels,
): AsyncGenerator<string | Uint8Array, undefined> {
  switch (format) {
    case 'csv':
      return yield* csvOfCharges(batches, labels);
    case 'parquet': {
      const { parquetOfCharges } = await import('./charge-parquet.ts');
      return yield* parquetOfCharges(batches, labels);
    }
    default:
      return format satisfies never;
  }
}
