import { restoreBackup, type RestoreResult } from '../../database/backup/restore-backup.ts';
import type { OpenDatabase } from '../../database/connection/database-connection.ts';
import type { AuditHead } from '../repository/audit-writer.ts';
import { GovernanceTransaction } from '../repository/governance-transaction.ts';
import { lockState } from '../repository/lock-state.ts';

/** Keys that the audit entry of a restore lists. */
const MAX_LISTED_KEYS = 1_000;

/** A restored backup with the head of the audit, which ends with the entry of the restore. */
export interface RestoredGovernance extends RestoreResult {
  auditHead: AuditHead;
}

/**
 * Restores a backup as `restoreBackup` does, and appends an entry to the restored audit. The entry contains the last hash of
 * the replaced audit, so that its logged heads can be matched. Throws what `restoreBackup` throws.
 */
export async function restoreGovernance(database: OpenDatabase, path: string): Promise<RestoredGovernance> {
  let auditHead: AuditHead = { sequence: 0, hash: '' };
  const result = await restoreBackup(database, path, async (transaction, { header, epoch, replacedAudit, revived }) => {
    const change = new GovernanceTransaction(transaction, await lockState(transaction), new Date().toISOString());
    change.appendAudit({
      actor: { kind: 'gateway', id: 'database:restore' },
      action: 'database.restore',
      details: {
        backupAt: header.at,
        epoch,
        replacedAudit: { ...replacedAudit },
        revivedKeys: revived.length,
        revived: revived.slice(0, MAX_LISTED_KEYS).map(({ id, state }) => ({ id, state })),
      },
    });
    await change.finish();
    const { auditSequence, auditHash } = await lockState(transaction);
    auditHead = { sequence: auditSequence, hash: auditHash };
  });
  return { ...result, auditHead };
}
