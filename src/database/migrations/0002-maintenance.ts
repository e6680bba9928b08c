import type { Migration } from './migration.ts';

/** When a replica last began each recurring task, so that only one of them runs it. */
export const maintenanceMigration: Migration = {
  number: 2,
  name: 'maintenance',
  async up(db, { text }) {
    await db.schema
      .createTable('maintenance_task')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('begun_at', text, (column) => column.notNull())
      .execute();
  },
};
