import type { Migration } from './migration.ts';

/**
 * Indexes of the rows of a team and of a principal, for searches with their roles and for erasure, and the principals whose
 * erasure is not complete. The indexes omit rows without an owner, so that a gateway with keys alone does not write them.
 */
export const ledgerRequestsMigration: Migration = {
  number: 5,
  name: 'ledger-requests',
  async up(db, { text }) {
    for (const owner of ['team_id', 'principal_id'] as const) {
      await db.schema
        .createIndex(`ledger_row_${owner.replace('_id', '')}`)
        .on('ledger_row')
        .columns([owner, 'day', 'id'])
        .where(owner, 'is not', null)
        .execute();
    }
    await db.schema
      .createTable('ledger_erasure')
      .addColumn('principal_id', text, (column) => column.primaryKey())
      .addColumn('requested_at', text, (column) => column.notNull())
      .execute();
  },
};
