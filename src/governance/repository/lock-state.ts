import type { Transaction } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import type { LockedState } from './governance-transaction.ts';

/** Takes the lock of all changes until the end of the transaction. An update locks in SQLite and PostgreSQL alike. */
export async function lockState(transaction: Transaction<Tables>): Promise<LockedState> {
  const row = await transaction
    .updateTable('governance_state')
    .set((row) => ({ epoch: row.ref('epoch') }))
    .where('id', '=', 1)
    .returning(['epoch', 'revision', 'audit_sequence', 'audit_hash'])
    .executeTakeFirstOrThrow();
  return {
    epoch: row.epoch,
    revision: Number(row.revision),
    auditSequence: Number(row.audit_sequence),
    auditHash: row.audit_hash,
  };
}
