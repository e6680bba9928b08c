import type { Migration } from './migration.ts';

/**
 * Indexes of the rows of a team and of a principal: for searches with their roles, and for the erasure of a principal. They omit
 * rows without one, so that a gateway with keys alone does not write them.
 */
export const ledgerSearchMigration: Migration = {
  number: 5,
  name: 'ledger-search',
  async up(db) {
    for (const owner of ['team_id', 'principal_id'] as const) {
      await db.schema
        .createIndex(`ledger_row_${owner.replace('_id', '')}`)
        .on('ledger_row')
        .columns([owner, 'day', 'id'])
        .where(owner, 'is not', null)
        .execute();
    }
  },
};
