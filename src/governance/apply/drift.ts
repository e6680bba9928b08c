import { EventLoopPause } from '../../config/keys-file/event-loop-pause.ts';
import { ENTITY_KINDS, type EntityKind } from '../documents/entity-kind.ts';
import type { GovernanceRecord, ManagedBy } from '../documents/governance-record.ts';
import type { GovernanceSnapshot } from '../snapshot/governance-snapshot.ts';

/** An object that has no effect, or that differs from its documents. */
export interface DriftItem {
  kind: EntityKind;
  id: string;
  name: string;
  /**
   * `inactive`: a file takes precedence; `override`: another amount until an end; `changed`: an administrator has disabled or
   * revoked a key that was applied from files, and its file has another state.
   */
  reason: 'inactive' | 'override' | 'changed';
  detail: string;
  managedBy?: ManagedBy;
}

/** Finds objects without effect because of files, and those that differ from their files. Gives other work its turns. */
export async function findDrift(snapshot: GovernanceSnapshot): Promise<DriftItem[]> {
  const items: DriftItem[] = [];
  const pause = new EventLoopPause();
  for (const kind of ENTITY_KINDS) {
    for (const record of snapshot.records(kind)) {
      const { id, name, managedBy } = record;
      for (const [reason, detail] of driftOf(record, snapshot)) {
        items.push({ kind, id, name, reason, detail, ...(managedBy && { managedBy }) });
      }
      if (pause.isDue()) await pause.take();
    }
  }
  return items;
}

function driftOf(record: GovernanceRecord, snapshot: GovernanceSnapshot): [DriftItem['reason'], string][] {
  const found: [DriftItem['reason'], string][] = [];
  const inactive = snapshot.inactiveReason(record);
  if (inactive !== undefined) found.push(['inactive', inactive]);
  if (record.kind === 'Key' && record.managedBy?.appliedState !== undefined) {
    const { appliedState, file } = record.managedBy;
    found.push([
      'changed',
      `the key is ${record.document.state}, and ${file ?? 'its file'} has state: ${appliedState}. Set the state in the file.`,
    ]);
  }
  const override = overrideDetail(record, snapshot);
  if (override !== undefined) found.push(['override', override]);
  return found;
}

/** Returns the detail of an override of a budget from files. */
function overrideDetail(record: GovernanceRecord, snapshot: GovernanceSnapshot): string | undefined {
  if (record.kind !== 'Override') return undefined;
  const { amountUsd, budget: name, until } = record.document;
  if (isOver(until)) return undefined;
  const budget = snapshot.find('Budget', name);
  if (budget?.managedBy === undefined && budget?.origin !== 'file') return undefined;
  return `the amount of the budget '${budget.name}' is ${amountUsd} USD until ${until}`;
}

function isOver(until: string): boolean {
  const end = Date.parse(until.length === 10 ? `${until}T23:59:59.999Z` : until);
  return end < Date.now();
}
