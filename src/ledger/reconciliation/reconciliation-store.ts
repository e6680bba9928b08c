import type { DatabaseService } from '../../database/database.service.ts';
import type { Reconciliation } from './reconciliation.ts';

const LISTED_MONTHS = 120;

/** Stores a comparison. It replaces an earlier one of the month. Throws DatabaseUnavailableError. */
export async function storeReconciliation(database: DatabaseService, report: Reconciliation): Promise<void> {
  const row = { computed_at: report.computedAt, report: JSON.stringify(report) };
  await database.query((db) =>
    db
      .insertInto('ledger_reconciliation')
      .values({ month: report.month, ...row })
      .onConflict((conflict) => conflict.column('month').doUpdateSet(row))
      .execute(),
  );
}

/** Reads the comparison of a month; undefined without one. Throws DatabaseUnavailableError. */
export async function readReconciliation(
  database: DatabaseService,
  month: string,
): Promise<Reconciliation | undefined> {
  const row = await database.query((db) =>
    db.selectFrom('ledger_reconciliation').where('month', '=', month).select('report').executeTakeFirst(),
  );
  return row && (JSON.parse(row.report) as Reconciliation);
}

/** Reads the months that were compared, the newest first. Throws DatabaseUnavailableError. */
export async function readReconciledMonths(
  database: DatabaseService,
): Promise<{ month: string; computedAt: string }[]> {
  const rows = await database.query((db) =>
    db
      .selectFrom('ledger_reconciliation')
      .orderBy('month', 'desc')
      .limit(LISTED_MONTHS)
      .select(['month', 'computed_at'])
      .execute(),
  );
  return rows.map(({ computed_at: computedAt, month }) => ({ month, computedAt }));
}
