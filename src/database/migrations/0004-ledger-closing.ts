import type { Migration } from './migration.ts';

/** Months whose sums do not change any more, and the rows that count into a later month than their own. */
export const ledgerClosingMigration: Migration = {
  number: 4,
  name: 'ledger-closing',
  async up(db, types) {
    await db.schema
      .createTable('ledger_closed_month')
      .addColumn('month', types.text, (column) => column.primaryKey().notNull())
      .addColumn('begun_at', types.text, (column) => column.notNull())
      .addColumn('manifest', types.text)
      .addColumn('manifest_hash', types.text)
      .execute();
    await db.schema
      .createTable('ledger_adjustment')
      .addColumn('row_id', types.text, (column) => column.primaryKey().notNull())
      .addColumn('kind', types.text, (column) => column.notNull())
      .addColumn('month', types.text, (column) => column.notNull())
      .addColumn('counted_on', types.text, (column) => column.notNull())
      .addColumn('reason', types.text)
      .addColumn('at', types.text, (column) => column.notNull())
      .execute();
  },
};
