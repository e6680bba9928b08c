import { formatUsd } from '../../usage/money.ts';
import type { ReportingZone } from '../rollups/reporting-zone.ts';
import { monthAfter, zoneDayStart } from './reporting-calendar.ts';
import type { UsageSums } from './usage-amounts.ts';

/** One day is too short to predict a month. */
const MIN_ELAPSED_MS = 86_400_000;

/** The cost of the present month, if it goes on as it has begun. */
export interface Forecast {
  /** YYYY-MM. */
  month: string;
  listCostUsd: string;
  contractCostUsd: string;
}

/** Returns the cost so far, times the length of the month over its elapsed part. Null within the first 24 hours. */
export function monthForecast(
  sums: UsageSums,
  { month, now, zone }: { month: string; now: number; zone: ReportingZone },
): Forecast | null {
  const start = zoneDayStart(zone, `${month}-01`);
  const elapsed = BigInt(Math.round(now - start));
  const length = BigInt(zoneDayStart(zone, `${monthAfter(month, 1)}-01`) - start);
  if (elapsed < BigInt(MIN_ELAPSED_MS)) return null;
  const atEnd = (cost: bigint): string => formatUsd((cost * length) / elapsed);
  return { month, listCostUsd: atEnd(sums['list_cost']!), contractCostUsd: atEnd(sums['contract_cost']!) };
}
