import type { QuarantineEntry, RetryResult } from '../../../ledger/quarantine/ledger-quarantine.ts';
import { type AdminCall, type AdminCommands, positionalArguments, textOption, UsageError } from '../admin-command.ts';
import { printObject, printTable, visibleText } from '../printed-text.ts';

const REASON_OPTION = {
  reason: { type: 'string', value: 'REASON', help: 'only rows with this reason: invalid, refused, old or future' },
} as const;
const ALL_OPTION = { all: { type: 'boolean', help: 'all rows in quarantine, or all with the reason' } } as const;

export const quarantineCommands: AdminCommands = {
  'quarantine list': {
    parameters: '',
    summary: 'lists rows of the ledger that were not accepted, with their reason',
    options: REASON_OPTION,
    run: listQuarantine,
  },
  'quarantine show': {
    parameters: 'ID',
    summary: 'shows one of these rows with its content',
    async run(call) {
      const [id] = positionalArguments(call, 'ID');
      printObject(call, await call.client.send({ method: 'GET', path: entryPath(id!) }));
      return 0;
    },
  },
  'quarantine retry': {
    parameters: '[ID…]',
    summary: 'writes these rows to the ledger again; exits with 1 if one of them stays',
    options: { ...REASON_OPTION, ...ALL_OPTION },
    notes: ['Correct the cause before. A row that the ledger has changes no sum.'],
    run: retryRows,
  },
  'quarantine drop': {
    parameters: '[ID…]',
    summary: 'deletes these rows; no sum will contain them',
    options: { ...REASON_OPTION, ...ALL_OPTION },
    run: dropRows,
  },
};

async function listQuarantine(call: AdminCall): Promise<number> {
  positionalArguments(call);
  const entries = await entriesOf(call);
  printTable(call, entries, {
    ID: entries.map(({ id }) => id),
    DAY: entries.map(({ day }) => day),
    REASON: entries.map(({ reason }) => reason),
    DETAIL: entries.map(({ detail }) => detail),
    SINCE: entries.map(({ at }) => at),
  });
  return 0;
}

async function retryRows(call: AdminCall): Promise<number> {
  const counts = { written: 0, repeated: 0, kept: 0 };
  for (const id of await chosenIds(call)) {
    const result = await call.client.send<RetryResult>({ method: 'POST', path: `${entryPath(id)}/retry`, body: {} });
    counts[result.outcome] += 1;
    if (result.outcome === 'kept')
      call.terminal.report(visibleText(`${id}: ${result.reason}: ${result.detail}`) + '\n');
  }
  if (call.values.json === true) printObject(call, counts);
  else call.terminal.print(`${counts.written} written, ${counts.repeated} in the ledger before, ${counts.kept} kept\n`);
  return counts.kept === 0 ? 0 : 1;
}

async function dropRows(call: AdminCall): Promise<number> {
  const ids = await chosenIds(call);
  for (const id of ids) await call.client.send({ method: 'DELETE', path: entryPath(id) });
  if (call.values.json === true) printObject(call, { dropped: ids.length });
  else call.terminal.print(`${ids.length} dropped\n`);
  return 0;
}

/** Returns the ids in the command line, or those of all rows with `--all`. */
async function chosenIds(call: AdminCall): Promise<string[]> {
  const isAll = call.values.all === true;
  if (isAll === call.positionals.length > 0) throw new UsageError('name rows by their ids, or all by --all');
  if (!isAll && textOption(call, 'reason') !== undefined) throw new UsageError('--reason needs --all');
  return isAll ? (await entriesOf(call)).map(({ id }) => id) : [...call.positionals];
}

function entriesOf(call: AdminCall): Promise<QuarantineEntry[]> {
  return call.client.list<QuarantineEntry>('/quarantine', { reason: textOption(call, 'reason') });
}

function entryPath(id: string): string {
  return `/quarantine/${encodeURIComponent(id)}`;
}
