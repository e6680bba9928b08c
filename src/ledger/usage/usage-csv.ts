import { csvDocument, csvText } from './csv-cell.ts';
import type { UsageView } from './usage-amounts.ts';
import type { UsageGroup, UsageReport } from './usage-report.ts';

const COST_COLUMNS = ['listCostUsd', 'contractCostUsd', 'estimatedCostUsd', 'savedCostUsd'] as const;
const NUMBER_COLUMNS = [
  'requests',
  'failed',
  'refused',
  'canceled',
  'lost',
  'cacheHits',
  'estimatedRequests',
  'calls',
  'estimatedCalls',
  'images',
  'guardrailUnits',
] as const;
const TOKEN_COLUMNS = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWrite1h'] as const;
/** Name of the row with the sum of the groups that are not shown. */
export const OTHER_ROW = '(other)';

/**
 * Returns a report as CSV: a row for each group, and for each of its intervals if the report has intervals. A last group with
 * the name `(other)` contains all groups that are not shown, so the sum of a column is the total.
 */
export function usageCsv(report: UsageReport): string {
  const { by, interval, other, totals } = report;
  const parts: (Omit<UsageGroup, 'id'> & { id: string })[] = report.groups.map((group) => ({
    ...group,
    id: group.id ?? '',
  }));
  if (other) parts.push({ ...other, id: '', name: OTHER_ROW });
  if (by === null) parts.push({ ...totals, id: '', name: null });
  const counts = NUMBER_COLUMNS.filter((name) => totals.usage[name] !== undefined);
  const costs = COST_COLUMNS.filter((name) => totals.usage[name] !== undefined);
  const header = [
    ...(interval === null ? ['from', 'to'] : [interval.replace('-', '_')]),
    ...(by === null ? [] : [columnName(by), `${columnName(by)}_name`]),
    ...costs.map(columnName),
    ...counts.map(columnName),
    ...TOKEN_COLUMNS.map((name) => `${columnName(name)}_tokens`),
    ...(report.previous ? ['previous_list_cost_usd', 'previous_contract_cost_usd'] : []),
    ...(totals.forecast === undefined ? [] : ['forecast_list_cost_usd', 'forecast_contract_cost_usd']),
  ];
  const cellsOf = (usage: UsageView): string[] => [
    ...costs.map((name) => usage[name]!),
    ...counts.map((name) => String(usage[name])),
    ...TOKEN_COLUMNS.map((name) => String(usage.tokens[name])),
  ];
  const rows = parts.flatMap((part) => {
    const group = by === null ? [] : [csvText(part.id), csvText(part.name ?? '')];
    if (part.intervals) return part.intervals.map(({ start, usage }) => [start, ...group, ...cellsOf(usage)]);
    const { forecast, previous } = part;
    return [
      [
        report.from,
        report.to,
        ...group,
        ...cellsOf(part.usage),
        ...(previous ? [previous.listCostUsd, previous.contractCostUsd] : []),
        ...(forecast === undefined ? [] : [forecast?.listCostUsd ?? '', forecast?.contractCostUsd ?? '']),
      ],
    ];
  });
  const isByInterval = interval !== null;
  return csvDocument(isByInterval ? header.filter((name) => !/^(?:previous|forecast)_/.test(name)) : header, rows);
}

/** Returns a name in snake case. */
function columnName(name: string): string {
  return name.replaceAll(/[A-Z]|1h/g, (part) => `_${part.toLowerCase()}`);
}
