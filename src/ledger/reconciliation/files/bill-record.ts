/** Values of a map column, such as `product` and `tags`. */
export type BillMap = Readonly<Record<string, string>>;

/** A line of an export of the bill, in any format. */
export interface BillRecord {
  /** Returns a value as text; empty if the column or the value is absent. */
  text(column: string): string;
  /** Returns a map; empty if the column or the value is absent, or no map. */
  map(column: string): BillMap;
}

/** Columns of CUR 2.0 without which a line has no meaning (Data Exports User Guide, "CUR 2.0 table dictionary"). */
export const REQUIRED_COLUMNS = [
  'line_item_usage_account_id',
  'line_item_usage_start_date',
  'line_item_line_item_type',
  'line_item_product_code',
  'line_item_usage_type',
  'line_item_usage_amount',
  'line_item_unblended_cost',
] as const;

/** Columns that are read where the export has them. */
export const OPTIONAL_COLUMNS = [
  'bill_billing_entity',
  'discount',
  'discount_bundled_discount',
  'line_item_currency_code',
  'line_item_iam_principal',
  'line_item_line_item_description',
  'line_item_net_unblended_cost',
  'line_item_resource_id',
  'pricing_public_on_demand_cost',
  'pricing_unit',
  'product',
  'product_product_name',
  'product_region_code',
  'product_servicecode',
  'tags',
] as const;

const NO_VALUES: BillMap = Object.freeze({});

/** A line of CSV. Maps are JSON. */
export class CsvBillRecord implements BillRecord {
  constructor(
    private readonly cells: readonly string[],
    private readonly positions: ReadonlyMap<string, number>,
  ) {}

  text(column: string): string {
    const position = this.positions.get(column);
    return (position === undefined ? undefined : this.cells[position]) ?? '';
  }

  map(column: string): BillMap {
    const text = this.text(column);
    if (!text.startsWith('{')) return NO_VALUES;
    try {
      return textValues(JSON.parse(text));
    } catch {
      return NO_VALUES;
    }
  }
}

/** A row of Parquet, by column. */
export class ParquetBillRecord implements BillRecord {
  constructor(private readonly row: Readonly<Record<string, unknown>>) {}

  text(column: string): string {
    const value = this.row[column];
    if (typeof value === 'string') return value;
    if (value instanceof Date) return value.toISOString();
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  }

  map(column: string): BillMap {
    const value = this.row[column];
    return typeof value === 'string' ? new CsvBillRecord([value], new Map([['', 0]])).map('') : textValues(value);
  }
}

function textValues(value: unknown): BillMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return NO_VALUES;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => ['string', 'number', 'bigint'].includes(typeof each))
      .map(([name, each]) => [name, String(each)]),
  );
}
