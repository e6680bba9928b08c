import { utcHour } from '../time/utc-time.ts';
import { timeOfUuidV7 } from '../time/uuid-v7.ts';
import type { LedgerRecord } from '../rows/row-records.ts';

/** Returns how many rows each hour has, by the ids of the rows. An hour is UTC, YYYY-MM-DDTHH. */
export function hourChanges(ids: Iterable<string>): LedgerRecord[] {
  const changes = new Map<string, number>();
  for (const id of ids) {
    const hour = utcHour(timeOfUuidV7(id));
    changes.set(hour, (changes.get(hour) ?? 0) + 1);
  }
  return [...changes].map(([hour, count]) => ({ hour, changes: count }));
}
