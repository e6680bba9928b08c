import type { LedgerLine } from '../../usage/ledger-line.ts';
import type { PricedUnit } from '../../usage/prices/price-book.ts';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { exactSum } from './exact-sum.ts';
import { quarterHourOf, type ReportingZone } from './reporting-zone.ts';
import { QUARTER_HOUR_TABLE, ROLLUP_TABLE, type RollupAmounts, RollupIncrements } from './rollup-table.ts';

/**
 * What the sums of periods are grouped by: each by day, and `key_month` and `principal_month` by month. `team_model` and the
 * months have the model as well.
 */
export const ROLLUP_DIMENSIONS = [
  'team',
  'team_model',
  'model',
  'application',
  'cost_center',
  'key',
  'principal',
  'key_month',
  'principal_month',
] as const;

/** Returns true for sums of months. */
export function isMonthly(dimension: (typeof ROLLUP_DIMENSIONS)[number]): boolean {
  return dimension === 'key_month' || dimension === 'principal_month';
}

type DayAmounts = RollupAmounts<typeof ROLLUP_TABLE>;
type LineAmounts = RollupAmounts<typeof QUARTER_HOUR_TABLE>;
type UsageAmounts = Pick<DayAmounts & LineAmounts, keyof DayAmounts & keyof LineAmounts>;

/** What a batch of rows adds to both tables of sums. */
export interface LedgerIncrements {
  periods: RollupIncrements<typeof ROLLUP_TABLE>;
  quarterHours: RollupIncrements<typeof QUARTER_HOUR_TABLE>;
}

/** Returns what rows add to the sums. A row counts into the day of its arrival, a line into its own quarter of an hour. */
export function incrementsOf(rows: readonly LedgerRow[], zone: ReportingZone): LedgerIncrements {
  const periods = new RollupIncrements(ROLLUP_TABLE);
  const quarterHours = new RollupIncrements(QUARTER_HOUR_TABLE);
  for (const row of rows) {
    addRow(periods, row, zone.day(row.at));
    for (const line of row.lines) {
      const { account = '', at, model, region, tier } = line;
      quarterHours.add([[quarterHourOf(at), model, tier, region, account]], {
        ...lineAmounts(line),
        calls: 1,
        estimated_calls: line.isEstimated ? 1 : 0,
        images: unitsOf(line.units, isImage),
        guardrail_units: unitsOf(line.units, isGuardrailUnit),
      });
    }
  }
  return { periods, quarterHours };
}

function addRow(periods: LedgerIncrements['periods'], row: LedgerRow, day: string): void {
  const requests = requestAmounts(row);
  const amounts = { ...requests, ...rowAmounts(row) };
  const { application = '', costCenter = '', key = '', principal = '', team = '' } = row;
  const byDay = [
    ['team', day, team, ''],
    ['application', day, application, ''],
    ['cost_center', day, costCenter, ''],
    ['key', day, key, ''],
    ['principal', day, principal, ''],
  ];
  periods.add(byDay, amounts);
  const month = day.slice(0, 7);
  const byModel = (model: string): string[][] => [
    ['team_model', day, team, model],
    ['model', day, model, ''],
    ['key_month', month, key, model],
    ['principal_month', month, principal, model],
  ];
  // A refused request may name any model, so it counts under none.
  periods.add(byModel(row.modelAnswering ?? ''), requests);
  for (const line of row.lines) periods.add(byModel(line.model), lineAmounts(line));
}

function requestAmounts(row: LedgerRow): DayAmounts {
  const count = Math.round(row.count);
  return {
    requests: count,
    failed: row.status === 'failed' ? count : 0,
    refused: row.status === 'refused' ? count : 0,
    canceled: row.status === 'canceled' ? count : 0,
    lost: row.status === 'lost' ? count : 0,
    cache_hits: row.cache === 'hit' ? count : 0,
    estimated_requests: row.isEstimated ? count : 0,
    saved_cost: Math.round(row.savedNano ?? 0),
  };
}

function rowAmounts({ contractCostNano, lines, listCostNano, usage }: LedgerRow): UsageAmounts {
  const estimated = lines.filter(({ isEstimated }) => isEstimated);
  return {
    input_tokens: Math.ceil(usage.input),
    output_tokens: Math.ceil(usage.output),
    cache_read_tokens: Math.ceil(usage.cacheRead),
    cache_write_tokens: Math.ceil(usage.cacheWrite),
    cache_write_1h_tokens: Math.ceil(usage.cacheWrite1h),
    list_cost: Math.round(listCostNano),
    contract_cost: Math.round(contractCostNano),
    estimated_cost: estimated.reduce(
      (sum, line) => exactSum(sum, Math.round(line.contractCostNano)),
      0 as number | bigint,
    ),
  };
}

function lineAmounts({ contractCostNano, isEstimated, listCostNano, units }: LedgerLine): UsageAmounts {
  const contractCost = Math.round(contractCostNano);
  const forAnHour = unitsOf(units, ({ kind }) => kind === 'cacheWrite1h');
  return {
    input_tokens: unitsOf(units, ({ kind }) => kind === 'input'),
    output_tokens: unitsOf(units, ({ kind }) => kind === 'output'),
    cache_read_tokens: unitsOf(units, ({ kind }) => kind === 'cacheRead'),
    cache_write_tokens: exactSum(
      forAnHour,
      unitsOf(units, ({ kind }) => kind === 'cacheWrite5m'),
    ),
    cache_write_1h_tokens: forAnHour,
    list_cost: Math.round(listCostNano),
    contract_cost: contractCost,
    estimated_cost: isEstimated ? contractCost : 0,
  };
}

const TOKEN_KINDS: ReadonlySet<string> = new Set(['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h']);

function isImage({ kind }: PricedUnit): boolean {
  return kind === 'image';
}

function isGuardrailUnit(unit: PricedUnit): boolean {
  return !TOKEN_KINDS.has(unit.kind) && !isImage(unit);
}

function unitsOf(units: readonly PricedUnit[], isCounted: (unit: PricedUnit) => boolean): number | bigint {
  let sum: number | bigint = 0;
  for (const unit of units) if (isCounted(unit)) sum = exactSum(sum, Math.ceil(unit.count));
  return sum;
}
