import { BILLED_KINDS } from '../bill/billed-line.ts';
import { formatPicoUsd, roundHalfEven } from '../../../usage/money.ts';
import { type DriftEffects, driftEffects } from './drift-effects.ts';
import { type ModelDay, bigSum } from './model-day.ts';

/** Likely causes of a difference between the bill and the ledger. */
export const DRIFT_CAUSES = [
  'aborted_streams',
  'cache_lifetime',
  'tier',
  'region',
  'geography',
  'price_change',
  'other_users',
  'missing_rows',
  'missing_from_bill',
  'rounding',
] as const;

export type DriftCauseName = (typeof DRIFT_CAUSES)[number];

/** A part of the drift of a model on a day, with the numbers that support it. */
export interface DriftCause {
  readonly cause: DriftCauseName;
  /** Pico-USD at public prices. Positive: AWS has more. */
  readonly listPico: bigint;
  /** Numbers as text: tokens, USD, and ratios. */
  readonly evidence: Readonly<Record<string, string>>;
}

const MICRO_PER_UNIT = 1_000_000n;
const RATIO_PLACES = 4;
/** A surcharge of 10 percent (geographies, regions) or 20 percent (GovCloud), in both directions, as fractions. */
const SURCHARGES: readonly (readonly [bigint, bigint])[] = [
  [11n, 10n],
  [10n, 11n],
  [6n, 5n],
  [5n, 6n],
];
/** A ratio within this share of a surcharge is that surcharge: costs on the bill are rounded. */
const RATIO_TOLERANCE = 500n;
/** Differences below this share of the cost are rounding. */
const ROUNDING_SHARE = 100_000n;
/** A millionth of a USD. */
const ROUNDING_PICO = 1_000_000n;

/** Returns the causes of the drift of a model on a day, the largest first. Their sum is the drift. */
export function driftCauses(group: ModelDay): DriftCause[] {
  const drift = group.aws.list - group.ledger.list;
  const causes = drift === 0n && group.aws.list === 0n ? [] : causesOf(group, driftEffects(group));
  const rest = drift - bigSum(causes, ({ listPico }) => listPico);
  if (rest !== 0n) causes.push({ cause: 'rounding', listPico: rest, evidence: {} });
  return causes
    .filter(({ listPico }) => listPico !== 0n)
    .sort((left, right) => Number(magnitude(right.listPico) - magnitude(left.listPico)));
}

function causesOf(group: ModelDay, effects: DriftEffects): DriftCause[] {
  return [
    ...quantityCauses(group, effects),
    {
      cause: 'cache_lifetime',
      listPico: effects.cacheLifetime,
      evidence: { tokensForAnHourOnTheBillOnly: units(effects.cacheMoved) },
    },
    { cause: 'tier', listPico: effects.tier, evidence: byDimension(group, 'tier') },
    { cause: 'region', listPico: effects.region, evidence: byDimension(group, 'region') },
    priceCause(group, effects),
  ];
}

/** Splits more and fewer tokens. The estimated part of the ledger explains at most as much as it costs. */
function quantityCauses(group: ModelDay, { quantity }: DriftEffects): DriftCause[] {
  const more = bigSum(BILLED_KINDS, (kind) => (quantity[kind] > 0n ? quantity[kind] : 0n));
  const fewer = bigSum(BILLED_KINDS, (kind) => (quantity[kind] < 0n ? quantity[kind] : 0n));
  const estimated = group.estimatedList;
  const abortedFewer = -smaller(-fewer, estimated);
  const abortedMore = smaller(more, estimated + abortedFewer);
  const evidence = quantitiesOf(group);
  return [
    {
      cause: 'aborted_streams',
      listPico: abortedMore + abortedFewer,
      evidence: {
        estimatedCostUsd: formatPicoUsd(estimated),
        estimatedCalls: String(group.estimatedCalls),
        calls: String(group.calls),
      },
    },
    group.isCallerKnown
      ? { cause: 'missing_rows', listPico: more - abortedMore, evidence }
      : { cause: 'other_users', listPico: more - abortedMore, evidence: { ...evidence, caller: 'unknown' } },
    { cause: 'missing_from_bill', listPico: fewer - abortedFewer, evidence },
  ];
}

function priceCause(group: ModelDay, { ledgerAtAwsPrices, price, unpriced }: DriftEffects): DriftCause {
  const evidence = {
    ledgerCostUsd: formatPicoUsd(group.ledger.list),
    ledgerAtPricesOfTheBillUsd: formatPicoUsd(ledgerAtAwsPrices),
    ratio: ratio(ledgerAtAwsPrices, group.ledger.list),
  };
  if (unpriced.length > 0) {
    return { cause: 'missing_from_bill', listPico: price, evidence: { ...evidence, kinds: unpriced.join(' ') } };
  }
  if (magnitude(price) <= ROUNDING_PICO || magnitude(price) * ROUNDING_SHARE <= group.ledger.list) {
    return { cause: 'rounding', listPico: price, evidence: {} };
  }
  const moved = movedDimension(group);
  if (moved !== undefined)
    return { cause: moved, listPico: price, evidence: { ...evidence, ...byDimension(group, moved) } };
  const isSurcharge = SURCHARGES.some(([numerator, denominator]) => {
    const expected = roundHalfEven({ numerator: group.ledger.list * numerator, denominator });
    return magnitude(ledgerAtAwsPrices - expected) * RATIO_TOLERANCE <= expected;
  });
  if (!isSurcharge) return { cause: 'price_change', listPico: price, evidence };
  const tokens = bigSum(group.cells, ({ aws }) => aws);
  return {
    cause: 'geography',
    listPico: price,
    evidence: { ...evidence, tokensAtGlobalPrices: units(group.awsGlobal), tokensOnTheBill: units(tokens) },
  };
}

/** Returns the dimension in which the ledger has usage where the bill has none, so that AWS's price there is not known. */
function movedDimension({ cells }: ModelDay): 'tier' | 'region' | undefined {
  return (['tier', 'region'] as const).find((dimension) =>
    cells.some((cell) => {
      const alike = cells.filter((each) => each.kind === cell.kind && each[dimension] === cell[dimension]);
      return bigSum(alike, ({ ledger }) => ledger) > 0n && bigSum(alike, ({ aws }) => aws) === 0n;
    }),
  );
}

/** Returns the quantities of both sides by kind, where they differ. */
function quantitiesOf({ cells }: ModelDay): Record<string, string> {
  const evidence: Record<string, string> = {};
  for (const kind of BILLED_KINDS) {
    const ofKind = cells.filter((cell) => cell.kind === kind);
    const [aws, ledger] = [bigSum(ofKind, (cell) => cell.aws), bigSum(ofKind, (cell) => cell.ledger)];
    if (aws !== ledger) evidence[kind] = `bill ${units(aws)}, ledger ${units(ledger)}`;
  }
  return evidence;
}

function byDimension({ cells }: ModelDay, dimension: 'tier' | 'region'): Record<string, string> {
  const evidence: Record<string, string> = {};
  for (const value of new Set(cells.map((cell) => cell[dimension]))) {
    const ofValue = cells.filter((cell) => cell[dimension] === value);
    const [aws, ledger] = [bigSum(ofValue, (cell) => cell.aws), bigSum(ofValue, (cell) => cell.ledger)];
    if (aws !== ledger) evidence[value] = `bill ${units(aws)}, ledger ${units(ledger)}`;
  }
  return evidence;
}

/** Formats millionths as a whole number. */
export function units(micro: bigint): string {
  return String(roundHalfEven({ numerator: micro, denominator: MICRO_PER_UNIT }));
}

/** Formats a quotient with four decimal places; `none` without a divisor. */
export function ratio(dividend: bigint, divisor: bigint): string {
  if (divisor === 0n) return 'none';
  const scale = 10n ** BigInt(RATIO_PLACES);
  const numerator = dividend * scale * (divisor < 0n ? -1n : 1n);
  const scaled = roundHalfEven({ numerator, denominator: magnitude(divisor) });
  const digits = String(magnitude(scaled)).padStart(RATIO_PLACES + 1, '0');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -RATIO_PLACES)}.${digits.slice(-RATIO_PLACES)}`;
}

/** Returns the absolute value. */
export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
