import type { Migration } from './migration.ts';

/** The latest comparison of each month with AWS's bill. */
export const ledgerReconciliationMigration: Migration = {
  number: 7,
  name: 'ledger-reconciliation',
  async up(db, { strict, text }) {
    const table = db.schema
      .createTable('ledger_reconciliation')
      .addColumn('month', text, (column) => column.primaryKey().notNull())
      .addColumn('computed_at', text, (column) => column.notNull())
      .addColumn('report', text, (column) => column.notNull());
    await (strict === undefined ? table : table.modifyEnd(strict)).execute();
  },
};
