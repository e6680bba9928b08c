/**
 * Compares the ledger with AWS's bill: `npm run reconcile -- --cur FILE|s3://… [--month 2026-11]`, or in the image
 * `dist/cli/reconcile.js`. A running gateway keeps a file of SQLite locked, so that its sums come from the admin API.
 */
import { parseArgs } from 'node:util';
import type { GatewayConfig } from '../config/gateway-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { DatabaseService } from '../database/database.service.ts';
import { DatabaseUnavailableError } from '../database/database-unavailable-error.ts';
import { openWithSchema } from '../database/opening/open-with-schema.ts';
import { type LedgerCellJson, ledgerCellOf } from '../ledger/reconciliation/drift/ledger-cell-json.ts';
import { readLedgerDay } from '../ledger/reconciliation/drift/ledger-cells.ts';
import { type MonthParts, openMonths, reconcileMonth } from '../ledger/reconciliation/reconcile-month.ts';
import type { Reconciliation } from '../ledger/reconciliation/reconciliation.ts';
import { storeReconciliation } from '../ledger/reconciliation/reconciliation-store.ts';
import { createAdminClient } from './admin/admin-connection.ts';
import { reconciliationCsv, reconciliationText } from './reconciliation/reconciliation-text.ts';

const reconcileUsage = `usage: reconcile.js [--cur FILE|FOLDER|s3://…]… [--month YYYY-MM] [--json | --csv] [--store]
  --cur    AWS's bill: exports of CUR 2.0, as CSV or Parquet. May occur several times. Default: ledger.reconciliation.cur
  --month  month to compare. Default: that of yesterday; with --store, also the one before in the first days of a month
  --json   prints the whole comparison
  --csv    prints a line for each cause of the drift of a model on a day
  --store  stores the comparison in the database, for the admin API and the metrics
  --url, --key-file  address and key file of the admin API, for a running gateway with SQLite. Default: OUTCROP_ADMIN_URL,
           OUTCROP_ADMIN_KEY
Exit codes: 0, 1 for a drift above ledger.reconciliation.maxDriftPercent (not with --store), 2 for a failure.
`;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;
const DRIFT_ABOVE_LIMIT = 1;
const RECONCILIATION_FAILURE = 2;

/** A command line that is not complete. */
class ReconcileUsageError extends Error {
  override readonly name = 'ReconcileUsageError';
}

type ReconcileOptions = ReturnType<typeof readOptions>;

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      cur: { type: 'string', multiple: true },
      month: { type: 'string' },
      json: { type: 'boolean', default: false },
      csv: { type: 'boolean', default: false },
      store: { type: 'boolean', default: false },
      url: { type: 'string' },
      'key-file': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.month !== undefined && !MONTH.test(values.month)) {
    throw new ReconcileUsageError(`--month ${values.month} must have the form 2026-11.`);
  }
  if (values.json && values.csv) throw new ReconcileUsageError('--json and --csv exclude each other.');
  return values;
}

async function reconcile(config: GatewayConfig, options: ReconcileOptions): Promise<Reconciliation[]> {
  const { database: settings, ledger } = config;
  const { cur } = ledger.reconciliation;
  const locations = options.cur ?? (cur === undefined ? [] : [cur]);
  if (locations.length === 0) throw new ReconcileUsageError('Set --cur or ledger.reconciliation.cur.');
  if (settings.url === undefined) throw new Error('database.url is not set.');
  const now = Date.now();
  const months = options.month === undefined ? openMonths(now).slice(options.store ? 0 : -1) : [options.month];
  const database = new DatabaseService(settings, () => openWithSchema(settings));
  const reports: Reconciliation[] = [];
  try {
    const ledgerDay = await ledgerReader(database, options);
    for (const month of months) {
      const report = await reconcileMonth({ settings: config, locations, month, now, ledgerDay });
      if (options.store) await storeReconciliation(database, report);
      reports.push(report);
    }
  } finally {
    await database.onApplicationShutdown();
  }
  return reports;
}

/** Returns a reader of the sums of a day: the database, or the admin API of the gateway that uses the file of SQLite. */
async function ledgerReader(database: DatabaseService, options: ReconcileOptions): Promise<MonthParts['ledgerDay']> {
  try {
    await database.start();
    return (day) => readLedgerDay(database, day);
  } catch (error) {
    if ((error as Error).name !== 'SqliteLockedError') throw error;
    if (options.store) {
      throw new Error('A running gateway uses the file of SQLite. It compares and stores once a day by itself.', {
        cause: error,
      });
    }
    const client = createAdminClient(options, {
      environment: process.env,
      print: (text) => process.stdout.write(text),
      report: (text) => process.stderr.write(text),
      isOutputTerminal: false,
      isErrorTerminal: false,
    });
    return async (day) => {
      const path = `/reconciliation/ledger/${day}`;
      const { data } = await client.send<{ data: LedgerCellJson[] }>({ method: 'GET', path });
      return data.map(ledgerCellOf);
    };
  }
}

function printed(reports: readonly Reconciliation[], { csv, json }: ReconcileOptions): string {
  if (json) return `${JSON.stringify(reports.length === 1 ? reports[0] : reports, undefined, 2)}\n`;
  return reports.map(csv ? reconciliationCsv : reconciliationText).join('');
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(reconcileUsage);
  else {
    const reports = await reconcile(loadConfig(process.env), options);
    process.stdout.write(printed(reports, options));
    const isAbove = reports.some(({ isWithinLimit }) => !isWithinLimit);
    process.exitCode = isAbove && !options.store ? DRIFT_ABOVE_LIMIT : 0;
  }
} catch (error) {
  const { message } = error as Error;
  process.exitCode = RECONCILIATION_FAILURE;
  process.stderr.write(`${error instanceof DatabaseUnavailableError ? error.reason : message}\n`);
  if (
    (error as Error).name === 'ReconcileUsageError' ||
    (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  ) {
    process.stderr.write(`\n${reconcileUsage}`);
  }
}
