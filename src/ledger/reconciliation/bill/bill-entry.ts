import { usageTermsOf } from '../../../usage/prices/usage-type.ts';
import type { BillMap, BillRecord } from '../files/bill-record.ts';
import {
  type AdjustmentType,
  type BilledLine,
  type BillEntry,
  type DiscountAmounts,
  PICO_PLACES,
  type UncomparedReason,
} from './billed-line.ts';
import { scaledDecimal } from './decimal-text.ts';
import type { LineCallers } from './gateway-roles.ts';
import { isBedrockLine, modelOfLine, productOf } from './line-model.ts';
import { isOtherOperation, kindOfUsage, quantityOfLine } from './line-quantity.ts';

/** Types of lines with usage (Data Exports User Guide, "Line item columns"). */
const USAGE_TYPES: ReadonlySet<string> = new Set(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);
const ADJUSTMENTS: Readonly<Record<string, AdjustmentType>> = {
  Tax: 'tax',
  Credit: 'credit',
  Refund: 'refund',
  EdpDiscount: 'edpDiscount',
  BundledDiscount: 'bundledDiscount',
  PrivateRateDiscount: 'privateRateDiscount',
  SppDiscount: 'solutionProviderDiscount',
  DistributorDiscount: 'otherDiscount',
  Discount: 'otherDiscount',
  SavingsPlanNegation: 'savingsPlan',
  SavingsPlanRecurringFee: 'savingsPlan',
  SavingsPlanUpfrontFee: 'savingsPlan',
  Fee: 'fee',
  RIFee: 'fee',
};
/** Keys of the map `discount` by what they are. A private rate stays in the contract cost. */
const DISCOUNT_KEYS: readonly [RegExp, AdjustmentType][] = [
  [/^edp/i, 'edpDiscount'],
  [/^bundled/i, 'bundledDiscount'],
  [/^spp|solution.?provider/i, 'solutionProviderDiscount'],
];
const UTC_DAY = /^(\d{4}-\d{2}-\d{2})[T ]/;
const MAX_BILL_TEXT = 128;

/** Where the entry of a line belongs. */
interface EntryPlace {
  readonly account: string;
  readonly day: string;
}

/** Returns what a line of the bill is; undefined if it does not concern Bedrock. Never throws for the content of a line. */
export function billEntryOf(record: BillRecord, callers: LineCallers): BillEntry | undefined {
  if (!isBedrockLine(record)) return undefined;
  const place = entryPlace(record);
  const lineType = record.text('line_item_line_item_type');
  try {
    if (record.text('line_item_currency_code') !== 'USD' && record.text('line_item_currency_code') !== '') {
      return uncompared(record, place, 'currency');
    }
    const adjustment = ADJUSTMENTS[lineType];
    if (adjustment !== undefined) return adjustmentOf(record, place, adjustment, callers);
    if (!USAGE_TYPES.has(lineType)) return uncompared(record, place, 'lineType', lineType);
    return usageEntry(record, place, callers);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return uncompared(record, place, 'number');
  }
}

function usageEntry(record: BillRecord, place: EntryPlace, callers: LineCallers): BillEntry {
  const read = lineOf(record, place, callers);
  if (typeof read === 'string') return uncompared(record, place, read);
  return { type: 'usage', line: read, discountsPico: discountsOf(record) };
}

/** Reads the usage of a line, or why it cannot be compared. */
function lineOf(record: BillRecord, { account, day }: EntryPlace, callers: LineCallers): BilledLine | UncomparedReason {
  const usageType = record.text('line_item_usage_type');
  const kind = kindOfUsage(usageType);
  if (kind === undefined) return isOtherOperation(usageType, productOf(record)) ? 'operation' : 'usageType';
  const model = kind === 'guardrail' ? 'guardrail' : modelOfLine(record);
  if (model === undefined) return 'model';
  const quantityMicro = quantityOfLine(record, kind);
  if (quantityMicro === undefined) return 'unit';
  const unblended = picoOf(record, 'line_item_unblended_cost');
  const list = picoOf(record, 'pricing_public_on_demand_cost');
  const terms = usageTermsOf(usageType);
  return {
    account,
    day,
    model,
    kind,
    tier: terms?.tier ?? 'default',
    place: terms?.place ?? 'region',
    region: record.text('product_region_code'),
    caller: callers.callerOf(account, record),
    attribution: callers.attributionOf(record),
    quantityMicro,
    // Lines of the marketplace have 0 as their public cost. Their billed cost is the public one.
    listPico: list === 0n ? unblended : list,
    contractPico: contractCostOf(record, unblended),
    isListAssumed: list === 0n && unblended !== 0n,
  };
}

/** Returns the net cost, without the discounts that apply to the whole bill. */
function contractCostOf(record: BillRecord, unblended: bigint): bigint {
  if (record.text('line_item_net_unblended_cost') === '') return unblended;
  const discounts = Object.values(discountsOf(record)).reduce((sum, amount) => sum + amount, 0n);
  return picoOf(record, 'line_item_net_unblended_cost') + discounts;
}

/** Returns the discounts that the net cost of a line contains, as positive amounts. */
function discountsOf(record: BillRecord): DiscountAmounts {
  if (record.text('line_item_net_unblended_cost') === '') return {};
  const amounts: DiscountAmounts = {};
  for (const [name, text] of Object.entries(discountMap(record))) {
    const type = DISCOUNT_KEYS.find(([pattern]) => pattern.test(name))?.[1];
    const amount = type === undefined ? 0n : scaledDecimal(text, PICO_PLACES);
    if (type !== undefined && amount !== 0n) amounts[type] = (amounts[type] ?? 0n) + (amount < 0n ? -amount : amount);
  }
  return amounts;
}

function discountMap(record: BillRecord): BillMap {
  const map = record.map('discount');
  const bundled = record.text('discount_bundled_discount');
  const isInMap = Object.keys(map).some((name) => /^bundled/i.test(name));
  return bundled === '' || isInMap ? map : { ...map, bundled_discount: bundled };
}

function adjustmentOf(
  record: BillRecord,
  place: EntryPlace,
  adjustment: AdjustmentType,
  callers: LineCallers,
): BillEntry {
  const amountPico = picoOf(record, 'line_item_unblended_cost');
  const entry = { type: 'adjustment', adjustment, ...place, amountPico } as const;
  // Where the export has net costs, the net cost of the usage contains the private rate.
  if (adjustment !== 'privateRateDiscount' || record.text('line_item_net_unblended_cost') !== '') return entry;
  const line = lineOf(record, place, callers);
  if (typeof line === 'string') return entry;
  return {
    ...entry,
    line: { ...line, quantityMicro: 0n, listPico: 0n, contractPico: amountPico, isListAssumed: false },
  };
}

function uncompared(
  record: BillRecord,
  place: EntryPlace,
  reason: UncomparedReason,
  what = record.text('line_item_usage_type'),
): BillEntry {
  const amountPico = reason === 'number' ? 0n : picoOf(record, 'line_item_unblended_cost');
  const product = productOf(record).slice(0, MAX_BILL_TEXT);
  return { type: 'uncompared', reason, ...place, what: what.slice(0, MAX_BILL_TEXT), product, amountPico };
}

function picoOf(record: BillRecord, column: string): bigint {
  return scaledDecimal(record.text(column), PICO_PLACES);
}

/** Returns account and day. An empty day belongs to no day, and is still listed. */
function entryPlace(record: BillRecord): EntryPlace {
  const account = record.text('line_item_usage_account_id');
  return {
    // A tool that treats the id as a number removes zeros at the begin.
    account: /^\d{1,12}$/.test(account) ? account.padStart(12, '0') : '',
    day: UTC_DAY.exec(record.text('line_item_usage_start_date'))?.[1] ?? '',
  };
}
