import { type AdminCall, type AdminCommands, positionalArguments, textOption, UsageError } from '../admin-command.ts';
import { printTable } from '../printed-text.ts';

/** Sums of the answer, as far as the table shows them. */
interface ListedUsage {
  readonly listCostUsd: string;
  readonly contractCostUsd: string;
  readonly requests?: number;
  readonly calls?: number;
  readonly tokens: { readonly input: number; readonly output: number };
}

interface ListedPart {
  readonly id?: string | null;
  readonly name?: string | null;
  readonly usage: ListedUsage;
  readonly previous?: ListedUsage;
  readonly forecast?: { readonly contractCostUsd: string } | null;
  readonly intervals?: readonly { readonly start: string; readonly usage: ListedUsage }[];
}

interface ListedReport {
  readonly by: string | null;
  readonly interval: string | null;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly totals: ListedPart;
  readonly groups: readonly ListedPart[];
  readonly other: (ListedPart & { readonly groups: number }) | null;
}

/** Flags for a range, each with the value of the parameter `period`. */
const PERIOD_FLAGS = [
  'today',
  'yesterday',
  'last-7-days',
  'last-30-days',
  'this-week',
  'last-week',
  'this-month',
  'last-month',
] as const;
const FILTER_OPTIONS = {
  team: 'team',
  application: 'application',
  'cost-center': 'costCenter',
  key: 'key',
  principal: 'principal',
  model: 'model',
  tier: 'tier',
  region: 'region',
  account: 'account',
} as const;

export const usageCommands: AdminCommands = {
  usage: {
    parameters: '',
    summary: 'shows cost and usage, as a table, CSV or JSON',
    options: {
      by: { type: 'string', value: 'GROUP', help: Object.keys(FILTER_OPTIONS).join(', ') },
      ...Object.fromEntries(PERIOD_FLAGS.map((name) => [name, { type: 'boolean', help: `days: ${spaced(name)}` }])),
      from: {
        type: 'string',
        value: 'DAY',
        help: 'first day or month, such as 2026-11-30 or 2026-11; default: this month',
      },
      to: { type: 'string', value: 'DAY', help: 'last day or month; default: today' },
      interval: { type: 'string', value: 'INTERVAL', help: 'quarter-hour, hour, day or month' },
      limit: { type: 'string', value: 'NUMBER', help: 'groups that are shown; default: 100' },
      compare: { type: 'boolean', help: 'adds the range of the same length before' },
      forecast: { type: 'boolean', help: 'adds the cost of this month, if it goes on as it has begun' },
      format: { type: 'string', value: 'FORMAT', help: 'table, csv or json; default: table' },
      ...Object.fromEntries(
        Object.keys(FILTER_OPTIONS).map((name) => [
          name,
          { type: 'string', value: 'TEXT', help: `only the ${spaced(name)}` },
        ]),
      ),
    },
    run: runUsage,
  },
};

async function runUsage(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const format = textOption(call, 'format') ?? (call.values.json === true ? 'json' : 'table');
  if (!['table', 'csv', 'json'].includes(format)) throw new UsageError(`--format must be table, csv or json`);
  const parameters = new URLSearchParams({ ...usageParameters(call), format: format === 'csv' ? 'csv' : 'json' });
  const path = `/usage?${parameters.toString()}`;
  if (format === 'csv') {
    call.terminal.print(await call.client.readText(path));
    return 0;
  }
  const report = await call.client.send<ListedReport>({ method: 'GET', path });
  if (format === 'json') call.terminal.print(`${JSON.stringify(report, undefined, 2)}\n`);
  else printReport(call, report);
  return 0;
}

function usageParameters(call: AdminCall): Record<string, string> {
  const periods = PERIOD_FLAGS.filter((name) => call.values[name] === true);
  if (periods.length > 1) throw new UsageError(`--${periods[0]} cannot be combined with --${periods[1]}`);
  const by = textOption(call, 'by');
  const given: Record<string, string | undefined> = {
    by: by === 'cost-center' ? 'costCenter' : by,
    period: periods[0],
    ...(call.values.compare === true && { compare: 'previous' }),
    ...(call.values.forecast === true && { forecast: 'month' }),
  };
  for (const name of ['from', 'to', 'interval', 'limit']) given[name] = textOption(call, name);
  for (const [option, name] of Object.entries(FILTER_OPTIONS)) given[name] = textOption(call, option);
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function printReport(call: AdminCall, report: ListedReport): void {
  const { by, from, interval, other, timeZone, to, totals } = report;
  const named = report.groups.map((part) => ({ title: part.name ?? part.id ?? '(none)', part }));
  if (other) named.push({ title: `(${other.groups} others)`, part: other });
  named.push({ title: 'total', part: totals });
  const rows = named.flatMap(({ part, title }) => {
    const points = part.intervals ?? [{ start: '', usage: part.usage }];
    return points.map(({ start, usage }) => ({ title, start, usage, part }));
  });
  call.terminal.print(`${from} to ${to}, ${timeZone}, USD\n\n`);
  const usages = rows.map(({ usage }) => usage);
  printTable(call, rows, {
    ...(interval === null ? {} : { [interval.toUpperCase()]: rows.map(({ start }) => start) }),
    [by === null ? 'GROUP' : by.toUpperCase()]: rows.map(({ title }) => title),
    'LIST COST': usages.map(({ listCostUsd }) => listCostUsd),
    'CONTRACT COST': usages.map(({ contractCostUsd }) => contractCostUsd),
    ...(interval === null && totals.previous
      ? { PREVIOUS: rows.map(({ part }) => part.previous?.contractCostUsd) }
      : {}),
    ...(interval === null && totals.forecast !== undefined
      ? { FORECAST: rows.map(({ part }) => part.forecast?.contractCostUsd) }
      : {}),
    [usages.at(-1)?.requests === undefined ? 'CALLS' : 'REQUESTS']: usages.map(
      ({ calls, requests }) => requests ?? calls,
    ),
    INPUT: usages.map(({ tokens }) => tokens.input),
    OUTPUT: usages.map(({ tokens }) => tokens.output),
  });
}

function spaced(name: string): string {
  return name.replaceAll('-', ' ');
}
