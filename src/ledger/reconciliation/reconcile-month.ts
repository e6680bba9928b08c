import type { GatewayConfig } from '../../config/gateway-config.ts';
import { readBill } from './bill/read-bill.ts';
import { compareBill, type GatewayAccounts } from './compare-bill.ts';
import type { LedgerCell } from './drift/ledger-cells.ts';
import { findBillFiles, type StoreOpener } from './files/bill-files.ts';
import type { Reconciliation } from './reconciliation.ts';
import { reconciliationReport } from './reconciliation-report.ts';
import { dayAfter, utcDay } from '../time/utc-time.ts';
import { monthAfter } from '../usage/reporting-calendar.ts';

const BILL_ROLE_ACCOUNT = /^arn:aws[a-z-]*:iam::(\d{12}):/;
/** Days of a month in which AWS may still change the bill of the month before. */
const CLOSING_DAYS = 10;

/** The settings that a comparison reads. */
export type ReconciliationSettings = Pick<GatewayConfig, 'bedrock' | 'ledger'>;

/** What a comparison of a month needs. */
export interface MonthParts {
  readonly settings: ReconciliationSettings;
  /** URLs and paths of the bill. */
  readonly locations: readonly string[];
  /** YYYY-MM. */
  readonly month: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly ledgerDay: (day: string) => Promise<readonly LedgerCell[]>;
}

/** Compares a month with AWS's bill. Throws BillError for files that cannot be read, and errors of the ledger and of S3. */
export async function reconcileMonth(parts: MonthParts): Promise<Reconciliation> {
  const { ledgerDay, locations, month, now, settings } = parts;
  const { reconciliation } = settings.ledger;
  const openStore = storeOpener(settings);
  const found = [];
  for (const location of locations) found.push(...(await findBillFiles(location, month, openStore)));
  const tag = settings.bedrock.attribution.tags.team;
  const bill = await readBill(found, month, { roles: rolesOf(settings), tag });
  const days = daysOf(month, now);
  const ledger: LedgerCell[] = [];
  for (const day of days) ledger.push(...(await ledgerDay(day)));
  return reconciliationReport({
    month,
    from: days[0]!,
    to: days.at(-1)!,
    now,
    files: found.length,
    bill,
    compared: compareBill(bill, ledger, accountsOf(settings)),
    maxDriftPercent: reconciliation.maxDriftPercent,
  });
}

/** Returns the months to compare on a day: that of yesterday, and the one before while AWS may still change its bill. */
export function openMonths(now: number): string[] {
  const yesterday = dayAfter(utcDay(now), -1);
  const month = yesterday.slice(0, 7);
  if (Number(yesterday.slice(8)) > CLOSING_DAYS) return [month];
  return [monthAfter(month, -1), month];
}

function storeOpener({ ledger }: ReconciliationSettings): StoreOpener {
  const { bucketRegion, endpoint, pathStyle } = ledger.reconciliation;
  return async (url) => {
    const { openObjectStore } = await import('../objects/open-object-store.ts');
    return openObjectStore(url, {
      pathStyle,
      ...(endpoint !== undefined && { endpoint }),
      ...(bucketRegion !== undefined && { region: bucketRegion }),
    });
  };
}

/**
 * Returns the roles with which the gateway calls Bedrock. In its own account, the role of sessions is not the only one, so it counts
 * only beside those of the settings.
 */
function rolesOf({ bedrock, ledger }: ReconciliationSettings): string[] {
  const { roles } = ledger.reconciliation;
  const sessions = roles.length > 0 && bedrock.attribution.roleArn !== undefined ? [bedrock.attribution.roleArn] : [];
  return [...roles, ...sessions, ...bedrock.accounts.map(({ roleArn }) => roleArn)];
}

function accountsOf({ bedrock }: ReconciliationSettings): GatewayAccounts {
  const named = new Map(
    bedrock.accounts.flatMap(({ name, roleArn }) => {
      const id = BILL_ROLE_ACCOUNT.exec(roleArn)?.[1];
      return id === undefined ? [] : [[name, id] as const];
    }),
  );
  return { named, ...(bedrock.accountId !== undefined && { own: bedrock.accountId }) };
}

/** Returns the days of a month until today, in UTC. A month of the future has its first day only. */
function daysOf(month: string, now: number): string[] {
  const today = utcDay(now);
  const days = [`${month}-01`];
  for (;;) {
    const day = dayAfter(days.at(-1)!, 1);
    if (!day.startsWith(month) || day > today) return days;
    days.push(day);
  }
}
