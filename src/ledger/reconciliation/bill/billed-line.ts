import { type BilledTier } from '../../../usage/billing-facts.ts';

/** What a line of the bill counts. */
export const BILLED_KINDS = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite5m',
  'cacheWrite1h',
  'image',
  'guardrail',
] as const;

export type BilledKind = (typeof BILLED_KINDS)[number];

/** Whether a role of the gateway made the calls. `unknown`: the export or the settings do not show it. */
export type BilledCaller = 'gateway' | 'other' | 'unknown';

/** Decimal places of `quantityMicro`. */
export const QUANTITY_PLACES = 6;
/** Decimal places of amounts of the bill. */
export const PICO_PLACES = 12;

/** Usage that a line of the bill charges. */
export interface BilledLine {
  /** AWS account of 12 digits. */
  readonly account: string;
  /** UTC day, YYYY-MM-DD. */
  readonly day: string;
  readonly model: string;
  readonly kind: BilledKind;
  readonly tier: BilledTier;
  readonly place: 'global' | 'region';
  readonly region: string;
  readonly caller: BilledCaller;
  /** Session tag, application inference profile or role, such as `tag:team=search`. */
  readonly attribution: string;
  /** Millionths of a token or unit. */
  readonly quantityMicro: bigint;
  /** Pico-USD at public prices. */
  readonly listPico: bigint;
  /** Pico-USD with private rates, without discounts that apply to the whole bill. */
  readonly contractPico: bigint;
  /** True if the bill has no public price, so that the list cost is the billed one. */
  readonly isListAssumed: boolean;
}

/** Lines that are no usage, by what they are. None of them counts as drift. */
export const ADJUSTMENT_TYPES = [
  'tax',
  'credit',
  'refund',
  'edpDiscount',
  'bundledDiscount',
  'privateRateDiscount',
  'solutionProviderDiscount',
  'otherDiscount',
  'savingsPlan',
  'fee',
] as const;

export type AdjustmentType = (typeof ADJUSTMENT_TYPES)[number];

/** Why a line is not compared. `operation`: no call of a model, such as batch jobs and reserved capacity. */
export type UncomparedReason = 'operation' | 'usageType' | 'model' | 'unit' | 'currency' | 'lineType' | 'number';

/** What a line of the bill is. */
export type BillEntry =
  | { readonly type: 'usage'; readonly line: BilledLine; readonly discountsPico: DiscountAmounts }
  | {
      readonly type: 'adjustment';
      readonly adjustment: AdjustmentType;
      readonly account: string;
      readonly day: string;
      readonly amountPico: bigint;
      /** Usage whose contract cost the line lowers. */
      readonly line?: BilledLine;
    }
  | {
      readonly type: 'uncompared';
      readonly reason: UncomparedReason;
      readonly account: string;
      readonly day: string;
      /** Usage type, or the type of the line. */
      readonly what: string;
      readonly product: string;
      readonly amountPico: bigint;
    };

/** Discounts within the net cost of usage, in pico-USD. Positive amounts. */
export type DiscountAmounts = Partial<Record<AdjustmentType, bigint>>;
