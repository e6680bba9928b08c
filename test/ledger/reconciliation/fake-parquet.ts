import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { FAKE_COLUMNS, type FakeLine } from './fake-bill.ts';

const NUMBERS: ReadonlySet<string> = new Set([
  'line_item_net_unblended_cost',
  'line_item_unblended_cost',
  'line_item_usage_amount',
  'pricing_public_on_demand_cost',
]);
const TIMES: ReadonlySet<string> = new Set(['line_item_usage_start_date', 'line_item_usage_end_date']);
const MAPS: ReadonlySet<string> = new Set(['discount', 'product', 'tags']);

/** Writes Parquet with the types of CUR 2.0: doubles, timestamps, and maps. */
export function fakeParquet(lines: readonly FakeLine[], rowGroupSize = 2): Uint8Array {
  const schema: SchemaElement[] = [
    { name: 'root', num_children: FAKE_COLUMNS.length },
    ...FAKE_COLUMNS.flatMap((name): SchemaElement[] => {
      if (NUMBERS.has(name)) return [{ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' }];
      if (TIMES.has(name))
        return [{ name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'OPTIONAL' }];
      if (!MAPS.has(name)) return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }];
      return [
        { name, converted_type: 'MAP', repetition_type: 'OPTIONAL', num_children: 1 },
        { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
        { name: 'key', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name: 'value', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      ];
    }),
  ];
  const columnData = FAKE_COLUMNS.map((name) => ({ name, data: lines.map((line) => valueOf(name, line[name])) }));
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, rowGroupSize }));
}

function valueOf(name: string, text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  if (NUMBERS.has(name)) return Number(text);
  if (TIMES.has(name)) return new Date(text);
  if (!MAPS.has(name)) return text;
  return JSON.parse(text) as unknown;
}
