import { type AdminCall, type AdminCommands, positionalArguments, textOption, UsageError } from '../admin-command.ts';
import { printObject, printTable } from '../printed-text.ts';

interface ListedMonth {
  readonly month: string;
  readonly frozenAt: string;
  readonly manifestHash: string | null;
}

interface ListedVerdict {
  readonly month: string;
  readonly valid: boolean;
  readonly differences: readonly {
    readonly dimension: string;
    readonly closed: { readonly count: number; readonly totals: Readonly<Record<string, string>> };
    readonly present: { readonly count: number; readonly totals: Readonly<Record<string, string>> };
  }[];
}

export const ledgerCommands: AdminCommands = {
  'ledger close': {
    parameters: 'MONTH',
    summary: 'freezes the sums of a month such as 2026-11, and prints their hashes',
    run: closeMonth,
  },
  'ledger months': { parameters: '', summary: 'lists the closed months', run: listMonths },
  'ledger show': { parameters: 'MONTH', summary: 'shows the manifest of a closed month', run: showMonth },
  'ledger verify': {
    parameters: 'MONTH',
    summary: 'compares a closed month with its manifest; exits with 1 if sums differ',
    run: verifyMonth,
  },
  'ledger adjust': {
    parameters: 'ROW',
    summary: 'corrects the cost of a row by a row of this month',
    options: {
      'contract-cost': { type: 'string', value: 'USD', help: 'what is added to the contract cost, such as -12.5' },
      'list-cost': { type: 'string', value: 'USD', help: 'what is added to the list cost' },
      reason: { type: 'string', value: 'TEXT', help: 'reason, which the audit keeps' },
    },
    notes: ['ROW is the id in x-outcrop-id. Write negative amounts as --contract-cost=-12.5.'],
    run: adjustRow,
  },
};

async function closeMonth(call: AdminCall): Promise<number> {
  const [month] = positionalArguments(call, 'MONTH');
  const path = `/ledger/months/${encodeURIComponent(month!)}/close`;
  printObject(call, await call.client.send({ method: 'POST', path, body: {} }));
  return 0;
}

async function listMonths(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const { data } = await call.client.send<{ data: ListedMonth[] }>({ method: 'GET', path: '/ledger/months' });
  printTable(call, data, {
    MONTH: data.map(({ month }) => month),
    FROZEN: data.map(({ frozenAt }) => frozenAt),
    MANIFEST: data.map(({ manifestHash }) => manifestHash ?? 'incomplete: close the month again'),
  });
  return 0;
}

async function showMonth(call: AdminCall): Promise<number> {
  const [month] = positionalArguments(call, 'MONTH');
  printObject(call, await call.client.send({ method: 'GET', path: `/ledger/months/${encodeURIComponent(month!)}` }));
  return 0;
}

async function verifyMonth(call: AdminCall): Promise<number> {
  const [month] = positionalArguments(call, 'MONTH');
  const path = `/ledger/months/${encodeURIComponent(month!)}/verify`;
  const verdict = await call.client.send<ListedVerdict>({ method: 'GET', path });
  if (call.values.json === true) printObject(call, verdict);
  else if (verdict.valid) call.terminal.print(`${verdict.month} is as it was closed.\n`);
  else printDifferences(call, verdict);
  return verdict.valid ? 0 : 1;
}

function printDifferences(call: AdminCall, { differences, month }: ListedVerdict): void {
  const columns = differences.flatMap(({ closed, dimension, present }) => {
    const names = ['count', ...Object.keys(closed.totals)];
    const valueOf = (part: typeof closed, name: string): string =>
      name === 'count' ? String(part.count) : (part.totals[name] ?? '');
    const changed = names.filter((name) => valueOf(closed, name) !== valueOf(present, name));
    if (changed.length === 0) return [{ dimension, name: 'hash only', closed: '', present: '' }];
    return changed.map((name) => ({ dimension, name, closed: valueOf(closed, name), present: valueOf(present, name) }));
  });
  call.terminal.report(`${month} is not as it was closed:\n`);
  printTable(call, columns, {
    DIMENSION: columns.map(({ dimension }) => dimension),
    COLUMN: columns.map(({ name }) => name),
    CLOSED: columns.map(({ closed }) => closed),
    PRESENT: columns.map(({ present }) => present),
  });
}

async function adjustRow(call: AdminCall): Promise<number> {
  const [corrects] = positionalArguments(call, 'ROW');
  const reason = textOption(call, 'reason');
  if (reason === undefined) throw new UsageError('--reason is missing');
  const [contractCostUsd, listCostUsd] = [textOption(call, 'contract-cost'), textOption(call, 'list-cost')];
  if (contractCostUsd === undefined && listCostUsd === undefined) {
    throw new UsageError('--contract-cost or --list-cost is missing');
  }
  const body = { corrects, reason, contractCostUsd, listCostUsd };
  printObject(call, await call.client.send({ method: 'POST', path: '/ledger/adjustments', body }));
  return 0;
}
