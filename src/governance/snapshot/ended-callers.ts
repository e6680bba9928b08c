import { fullRecord, type RecordLayer, type StoredRecord } from './record-layer.ts';

/** Returns true for the id of a key or principal that was active in `former` and is not in `next`. */
export function hasEnded(id: string, former: RecordLayer, next: RecordLayer): boolean {
  const wasActive = activityOf(former.byId('Key', id)) === 'active';
  if (wasActive) return activityOf(next.byId('Key', id)) !== 'active';
  // Principals that no administrator has changed are not in the snapshot.
  if (activityOf(former.byId('Principal', id)) === 'disabled') return false;
  return activityOf(next.byId('Principal', id)) === 'disabled';
}

function activityOf(stored: StoredRecord | undefined): string | undefined {
  const record = stored && fullRecord(stored);
  return record?.kind === 'Key' || record?.kind === 'Principal' ? record.document.state : undefined;
}
