import type { GovernanceRecord } from '../../documents/governance-record.ts';
import type { GovernanceTransaction } from '../../repository/governance-transaction.ts';
import { refersTo } from './reference-check.ts';

/** Objects that a search for users of an object reads at most. */
const MAX_USERS = 1_000;

/** Returns the objects of the database that refer to an object. */
export async function usersOf(
  change: GovernanceTransaction,
  { kind, name, id }: GovernanceRecord,
): Promise<GovernanceRecord[]> {
  if (kind !== 'Team' && kind !== 'Application' && kind !== 'Key' && kind !== 'Budget') return [];
  const candidates = await change.findMentioning(name, MAX_USERS);
  return candidates.filter((user) => user.id !== id && refersTo(user, { kind, name }));
}

/** Returns the objects that refer to a team or application and contradict its change: child teams, or keys of another team. */
export async function contradictedUsers(
  change: GovernanceTransaction,
  { record, former }: { readonly record: GovernanceRecord; readonly former: GovernanceRecord },
  childrenInFiles: (parent: string) => readonly GovernanceRecord[],
): Promise<GovernanceRecord[]> {
  if (record.kind === 'Team' && former.kind === 'Team') {
    const getsParent = record.document.parent !== undefined && former.document.parent === undefined;
    if (!getsParent) return [];
    return [...childrenInFiles(former.name), ...(await usersOf(change, former))].filter(
      (user) => user.kind === 'Team' && user.document.parent === former.name,
    );
  }
  if (record.kind !== 'Application' || former.kind !== 'Application') return [];
  if (record.document.team === former.document.team) return [];
  return (await usersOf(change, former)).filter((user) => user.kind === 'Key');
}
