import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Which hours of the ledger have changed, and which of them each destination of an export has. */
export const ledgerExportMigration: Migration = {
  number: 6,
  name: 'ledger-export',
  async up(db, { text, number, strict = sql`` }) {
    await db.schema
      .createTable('ledger_hour')
      .addColumn('hour', text, (column) => column.notNull().primaryKey())
      .addColumn('changes', number, (column) => column.notNull())
      .modifyEnd(strict)
      .execute();
    await db.schema
      .createTable('ledger_export')
      .addColumn('destination', text, (column) => column.notNull())
      .addColumn('hour', text, (column) => column.notNull())
      .addColumn('changes', number, (column) => column.notNull())
      .addColumn('exported_at', number, (column) => column.notNull())
      .addPrimaryKeyConstraint('ledger_export_pk', ['destination', 'hour'])
      .modifyEnd(strict)
      .execute();
    await db.schema
      .createTable('ledger_export_run')
      .addColumn('destination', text, (column) => column.notNull().primaryKey())
      .addColumn('enabled_at', number, (column) => column.notNull())
      .addColumn('completed_at', number, (column) => column.notNull())
      .addColumn('lease_holder', text, (column) => column.notNull())
      .addColumn('lease_until', number, (column) => column.notNull())
      .modifyEnd(strict)
      .execute();
  },
};
