import { timeOfUuidV7 } from '../recording/uuid-v7.ts';
import type { LedgerRecord } from '../rows/row-records.ts';

const HOUR_TEXT_LENGTH = 13;

/** Returns how many rows each hour has, by the ids of the rows. An hour is UTC, YYYY-MM-DDTHH. */
export function hourChanges(ids: Iterable<string>): LedgerRecord[] {
  const changes = new Map<string, number>();
  for (const id of ids) {
    const hour = new Date(timeOfUuidV7(id)).toISOString().slice(0, HOUR_TEXT_LENGTH);
    changes.set(hour, (changes.get(hour) ?? 0) + 1);
  }
  return [...changes].map(([hour, count]) => ({ hour, changes: count }));
}
