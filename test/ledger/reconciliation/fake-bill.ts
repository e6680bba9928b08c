import { gzipSync } from 'node:zlib';

/** Columns of the fake export, in the order of CUR 2.0: a part of its about 130 columns. */
export const FAKE_COLUMNS = [
  'bill_billing_entity',
  'bill_payer_account_id',
  'discount',
  'identity_line_item_id',
  'line_item_currency_code',
  'line_item_iam_principal',
  'line_item_line_item_description',
  'line_item_line_item_type',
  'line_item_net_unblended_cost',
  'line_item_product_code',
  'line_item_resource_id',
  'line_item_unblended_cost',
  'line_item_usage_account_id',
  'line_item_usage_amount',
  'line_item_usage_end_date',
  'line_item_usage_start_date',
  'line_item_usage_type',
  'pricing_public_on_demand_cost',
  'pricing_unit',
  'product',
  'product_region_code',
  'tags',
] as const;

export type FakeLine = Partial<Record<(typeof FAKE_COLUMNS)[number], string>>;

export const OWN_ACCOUNT = '111122223333';
export const RESEARCH_ACCOUNT = '444455556666';
export const GATEWAY_ROLE = `arn:aws:iam::${OWN_ACCOUNT}:role/outcrop`;
export const GATEWAY_SESSION = `arn:aws:sts::${OWN_ACCOUNT}:assumed-role/outcrop/pod-1`;
export const OTHER_SESSION = `arn:aws:sts::${OWN_ACCOUNT}:assumed-role/notebooks/ada`;

/** Returns `count` millionths of `perMillion` USD as decimal text. Both are whole numbers; `perMillion` has `places`. */
function product(count: number, perMillion: string): string {
  const [whole = '0', places = ''] = perMillion.split('.');
  const digits = String(BigInt(count) * BigInt(whole + places)).padStart(7 + places.length, '0');
  const point = digits.length - 6 - places.length;
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Returns a number of millionths as decimal text. */
function millionths(count: number): string {
  return product(count, '1');
}

/** Returns a line of the marketplace: a service for each model, a product code without meaning, and no public cost. */
export function claudeLine(
  {
    tokens,
    usd,
    what,
    model = 'Claude Opus 5.5',
    day = '2026-11-10',
  }: {
    tokens: number;
    usd: string;
    what: string;
    model?: string;
    day?: string;
  },
  others: FakeLine = {},
): FakeLine {
  return {
    bill_billing_entity: 'AWS Marketplace',
    line_item_currency_code: 'USD',
    line_item_iam_principal: GATEWAY_SESSION,
    line_item_line_item_description: 'AWS Marketplace software usage|us-west-2|Input Tokens - Standard, Global',
    line_item_line_item_type: 'Usage',
    line_item_product_code: '4a524th30q694o538qndh9ucht',
    line_item_unblended_cost: product(tokens, usd),
    line_item_usage_account_id: OWN_ACCOUNT,
    line_item_usage_amount: millionths(tokens),
    line_item_usage_start_date: `${day}T07:00:00.000Z`,
    line_item_usage_end_date: `${day}T08:00:00.000Z`,
    line_item_usage_type: `USW2-MP:USW2_${what}-Units`,
    pricing_public_on_demand_cost: '0.0',
    pricing_unit: 'Units',
    product: JSON.stringify({ product_name: `${model} (Amazon Bedrock Edition)`, sku: 'X' }),
    product_region_code: 'us-west-2',
    ...others,
  };
}

/** Returns a line of Amazon Bedrock: the usage type names the model, and a thousand tokens are a unit. */
export function novaLine(
  {
    tokens,
    usd,
    what,
    name = 'NovaPro',
    day = '2026-11-10',
  }: {
    tokens: number;
    usd: string;
    what: string;
    name?: string;
    day?: string;
  },
  others: FakeLine = {},
): FakeLine {
  const thousands = product(tokens, '1000');
  return {
    bill_billing_entity: 'AWS',
    line_item_currency_code: 'USD',
    line_item_iam_principal: GATEWAY_SESSION,
    line_item_line_item_type: 'Usage',
    line_item_product_code: 'AmazonBedrock',
    line_item_unblended_cost: product(tokens, usd),
    line_item_usage_account_id: OWN_ACCOUNT,
    line_item_usage_amount: thousands,
    line_item_usage_start_date: `${day}T09:00:00.000Z`,
    line_item_usage_type: `USE1-${name}-${what}`,
    pricing_public_on_demand_cost: product(tokens, usd),
    pricing_unit: '1K tokens',
    product: JSON.stringify({ product_name: 'Amazon Bedrock' }),
    product_region_code: 'us-east-1',
    ...others,
  };
}

/** A line of another service. */
export const STORAGE_LINE: FakeLine = {
  line_item_currency_code: 'USD',
  line_item_line_item_type: 'Usage',
  line_item_product_code: 'AmazonS3',
  line_item_unblended_cost: '12.5',
  line_item_usage_account_id: OWN_ACCOUNT,
  line_item_usage_amount: '500',
  line_item_usage_start_date: '2026-11-10T09:00:00.000Z',
  line_item_usage_type: 'TimedStorage-ByteHrs',
  pricing_unit: 'GB-Mo',
  product: '{"product_name":"Amazon Simple Storage Service"}',
};

/** Writes CSV with every cell in quotes, as some exports have them. */
export function fakeCsv(lines: readonly FakeLine[], columns: readonly string[] = FAKE_COLUMNS): string {
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = lines.map((line) => columns.map((column) => quoted((line as Record<string, string>)[column] ?? '')));
  return [columns, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

export function fakeCsvGz(lines: readonly FakeLine[]): Buffer {
  return gzipSync(fakeCsv(lines));
}
