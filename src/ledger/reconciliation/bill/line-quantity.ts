import { usageTermsOf } from '../../../usage/prices/usage-type.ts';
import type { BillRecord } from '../files/bill-record.ts';
import { type BilledKind, QUANTITY_PLACES } from './billed-line.ts';
import { scaledDecimal } from './decimal-text.ts';
import { isGuardrailUsage } from './line-model.ts';

const IMAGE_USAGE = /image/i;
const BATCH_USAGE = /batch/i;
/** Operations of Bedrock that are no calls of a model by the gateway. */
const OTHER_OPERATION =
  /batch|reserved|tpm|provisioned|model-?unit|customization|training|storage|distill|import|evaluation|agent|knowledge|flow|automation|search|rerank|video|audio|speech|ultrafast|rft|created/i;
const THOUSAND = /\b1k\b|thousand|\b1,?000\b/i;
const MILLION = /\b1m\b|million|\b1,?000,?000\b/i;
/** Unit of the marketplace. What one is stands in the description only. */
const MARKETPLACE_UNITS = /^units?$/i;
const SINGLE_UNIT = /^(tokens?|images?|requests?|text units?|units?|)$/i;

/** Returns what a usage type counts; undefined if the gateway makes no such calls, or the usage type is unknown. */
export function kindOfUsage(usageType: string): BilledKind | undefined {
  if (isGuardrailUsage(usageType)) return 'guardrail';
  const terms = usageTermsOf(usageType);
  if (terms !== undefined) return terms.kind;
  return IMAGE_USAGE.test(usageType) && /input/i.test(usageType) && !BATCH_USAGE.test(usageType) ? 'image' : undefined;
}

/** Returns true for a usage type of an operation that the gateway does not call. */
export function isOtherOperation(usageType: string, product: string): boolean {
  return OTHER_OPERATION.test(usageType) || /AgentCore/i.test(product);
}

/**
 * Returns the quantity of a line in millionths of a token or unit; undefined for an unknown unit. Lines of the marketplace count
 * `Units`: a million tokens, or a thousand by the description. Throws RangeError for a quantity that is no number.
 */
export function quantityOfLine(record: BillRecord, kind: BilledKind): bigint | undefined {
  const unit = record.text('pricing_unit');
  const amount = record.text('line_item_usage_amount');
  const places = unitPlaces(unit, kind, record.text('line_item_line_item_description'));
  return places === undefined ? undefined : scaledDecimal(amount, QUANTITY_PLACES + places);
}

/** Returns the decimal places between the unit of the bill and one token. */
function unitPlaces(unit: string, kind: BilledKind, description: string): number | undefined {
  if (MILLION.test(unit)) return 6;
  if (THOUSAND.test(unit)) return 3;
  if (kind === 'image' || kind === 'guardrail') return SINGLE_UNIT.test(unit) ? 0 : undefined;
  if (MARKETPLACE_UNITS.test(unit)) return THOUSAND.test(description) ? 3 : 6;
  return /^tokens?$/i.test(unit) ? 0 : undefined;
}
