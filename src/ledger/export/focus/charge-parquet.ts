import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Charge } from '../charge.ts';
import type { ChargeLabels } from './charge-labels.ts';
import { FOCUS_COLUMNS, type FocusColumn, type FocusValue } from './focus-columns.ts';

/** Digits and bytes of a DECIMAL that any sum of an export fits into, and that Athena reads. */
const PRECISION = 38;
const DECIMAL_BYTES = 16;
const COLUMN_TYPES = FOCUS_COLUMNS.map(schemaElement);
const PARQUET_SCHEMA: SchemaElement[] = [{ name: 'charges', num_children: COLUMN_TYPES.length }, ...COLUMN_TYPES];

/**
 * Returns charges as Parquet, a row group for each batch. Money and quantities are DECIMAL, times are TIMESTAMP_MILLIS in UTC.
 */
export async function* parquetOfCharges(
  batches: AsyncIterable<readonly Charge[]>,
  labels: ChargeLabels,
): AsyncGenerator<Uint8Array, undefined> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: PARQUET_SCHEMA, createdBy: 'outcrop' });
  for await (const charges of batches) {
    const columnData = FOCUS_COLUMNS.map((column) => ({
      name: column.name,
      data: charges.map((charge) => storedValue(column, column.valueOf(charge, labels))),
    }));
    void file.write({ columnData, rowGroupSize: charges.length });
    yield takeBytes(writer);
  }
  void file.finish();
  yield takeBytes(writer);
  return undefined;
}

/** Returns the written bytes, and empties the buffer. The offset in the file continues. */
function takeBytes(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

function schemaElement({ isRequired, kind, name }: FocusColumn): SchemaElement {
  const column = { name, repetition_type: isRequired ? 'REQUIRED' : 'OPTIONAL' } as const;
  switch (kind.type) {
    case 'text':
      return { ...column, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'decimal':
      return {
        ...column,
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: DECIMAL_BYTES,
        converted_type: 'DECIMAL',
        precision: PRECISION,
        scale: kind.scale,
      };
    case 'time':
      return { ...column, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' };
    case 'flag':
      return { ...column, type: 'BOOLEAN' };
    default:
      return kind satisfies never;
  }
}

function storedValue({ kind }: FocusColumn, value: FocusValue): unknown {
  return kind.type === 'time' ? BigInt(value as number) : value;
}
