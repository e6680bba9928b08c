import { formatUsd } from '../../usage/money.ts';

/** Sums by column. Money is nano-USD. */
export type UsageSums = Readonly<Record<string, bigint>>;

/** Tokens by kind. `cacheWrite` includes `cacheWrite1h`. */
interface TokenAmounts {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  cacheWrite1h: number;
}

/** Sums of usage. Costs are decimal text in USD, without an exponent and exact to a nano-USD. */
export interface UsageView {
  /** The following counts of requests: for sums of days and months. */
  requests?: number;
  failed?: number;
  refused?: number;
  canceled?: number;
  lost?: number;
  cacheHits?: number;
  estimatedRequests?: number;
  /** The following counts: for sums of quarter hours. */
  calls?: number;
  estimatedCalls?: number;
  images?: number;
  guardrailUnits?: number;
  tokens: TokenAmounts;
  listCostUsd: string;
  contractCostUsd: string;
  /** Estimated part of `contractCostUsd`. */
  estimatedCostUsd: string;
  /** What answers from the answer cache would have cost. For sums of days and months. */
  savedCostUsd?: string;
}

/** Counts by their column, in the order of the answer. */
const COUNT_COLUMNS = {
  requests: 'requests',
  failed: 'failed',
  refused: 'refused',
  canceled: 'canceled',
  lost: 'lost',
  cache_hits: 'cacheHits',
  estimated_requests: 'estimatedRequests',
  calls: 'calls',
  estimated_calls: 'estimatedCalls',
  images: 'images',
  guardrail_units: 'guardrailUnits',
} as const;

/** Returns sums as the API shows them. */
export function usageView(sums: UsageSums): UsageView {
  const view: UsageView = {
    tokens: {
      input: Number(sums['input_tokens']),
      output: Number(sums['output_tokens']),
      cacheRead: Number(sums['cache_read_tokens']),
      cacheWrite: Number(sums['cache_write_tokens']),
      cacheWrite1h: Number(sums['cache_write_1h_tokens']),
    },
    listCostUsd: formatUsd(sums['list_cost']!),
    contractCostUsd: formatUsd(sums['contract_cost']!),
    estimatedCostUsd: formatUsd(sums['estimated_cost']!),
    ...(sums['saved_cost'] !== undefined && { savedCostUsd: formatUsd(sums['saved_cost']) }),
  };
  const counts: Record<string, number> = {};
  for (const [column, name] of Object.entries(COUNT_COLUMNS)) {
    const count = sums[column];
    if (count !== undefined) counts[name] = Number(count);
  }
  return { ...counts, ...view };
}

/** Returns the sums that remain of `whole` without `parts`. */
export function remainingSums(whole: UsageSums, parts: readonly UsageSums[]): UsageSums {
  return Object.fromEntries(
    Object.entries(whole).map(([name, sum]) => [name, parts.reduce((rest, part) => rest - (part[name] ?? 0n), sum)]),
  );
}

/** Adds sums. There must be at least one. */
export function addedSums([first, ...others]: readonly UsageSums[]): UsageSums {
  return Object.fromEntries(
    Object.entries(first!).map(([name, sum]) => [name, others.reduce((whole, part) => whole + part[name]!, sum)]),
  );
}

/** Returns sums of nothing. */
export function emptySums(columns: readonly string[]): UsageSums {
  return Object.fromEntries(columns.map((name) => [name, 0n]));
}
