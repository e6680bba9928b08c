import { BillError } from './files/bill-error.ts';
import type { BillSums, BilledCell } from './bill/bill-sums.ts';
import { driftCauses } from './drift/drift-causes.ts';
import type { LedgerCell } from './drift/ledger-cells.ts';
import { type ModelDay, modelDayOf } from './drift/model-day.ts';

/** Accounts of the gateway. */
export interface GatewayAccounts {
  /** Id of the account whose credentials the gateway has. Undefined: the only account of the bill without a name. */
  readonly own?: string;
  /** Ids by name in `bedrock.accounts`. */
  readonly named: ReadonlyMap<string, string>;
}

/** A compared model on a day, with the causes of its drift. */
export interface ComparedModelDay extends ModelDay {
  /** Name in `bedrock.accounts`; empty for the account of the gateway. */
  readonly accountName: string;
  readonly causes: ReturnType<typeof driftCauses>;
}

/** The comparison before it is formatted. */
export interface ComparedBill {
  readonly modelDays: readonly ComparedModelDay[];
  /** Cells of accounts that the gateway does not use. */
  readonly otherAccounts: readonly BilledCell[];
}

/** Compares the bill with the ledger by account, day and model. Throws BillError if the account of the gateway is not clear. */
export function compareBill(bill: BillSums, ledger: readonly LedgerCell[], accounts: GatewayAccounts): ComparedBill {
  const names = accountNames(bill.cells, accounts);
  const groups = new Map<string, { place: GroupPlace; billed: BilledCell[]; recorded: LedgerCell[] }>();
  const groupOf = (place: GroupPlace) => {
    const id = `${place.account}|${place.day}|${place.model}`;
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { place, billed: [], recorded: [] }));
    return group;
  };
  const otherAccounts: BilledCell[] = [];
  for (const cell of bill.cells) {
    if (names.has(cell.account)) groupOf(cell).billed.push(cell);
    else otherAccounts.push(cell);
  }
  const idOf = (name: string): string => (name === '' ? ownAccount(names) : (accounts.named.get(name) ?? name));
  for (const cell of ledger) groupOf({ ...cell, account: idOf(cell.account) }).recorded.push(cell);
  const modelDays = [...groups.values()].map(({ billed, place, recorded }): ComparedModelDay => {
    const { account, day, model } = place;
    const group = modelDayOf({ account, day, model }, billed, recorded);
    return { ...group, accountName: names.get(account) ?? account, causes: driftCauses(group) };
  });
  return { modelDays: modelDays.sort(inOrder), otherAccounts };
}

interface GroupPlace {
  readonly account: string;
  readonly day: string;
  readonly model: string;
}

/** Returns the names of the gateway's accounts by id. The gateway's own has an empty name. */
function accountNames(cells: readonly BilledCell[], { named, own }: GatewayAccounts): ReadonlyMap<string, string> {
  const names = new Map([...named].map(([name, id]) => [id, name] as const));
  if (own !== undefined) return names.set(own, '');
  const others = [...new Set(cells.map(({ account }) => account))].filter((id) => !names.has(id)).sort();
  if (others.length > 1) {
    throw new BillError(
      `The bill has ${others.length} accounts that bedrock.accounts lacks (${others.slice(0, 5).join(', ')}). ` +
        'Set bedrock.accountId to the one whose credentials the gateway has.',
    );
  }
  return others[0] === undefined ? names : names.set(others[0], '');
}

function ownAccount(names: ReadonlyMap<string, string>): string {
  return [...names].find(([, name]) => name === '')?.[0] ?? '';
}

function inOrder(left: ComparedModelDay, right: ComparedModelDay): number {
  return (
    left.day.localeCompare(right.day) ||
    left.account.localeCompare(right.account) ||
    left.model.localeCompare(right.model)
  );
}
