const MS_PER_UTC_DAY = 86_400_000;
const KEY_USE_FLUSH_MS = 60_000;
const BATCH = 1_000;

/** Records the days on which keys are used. Rejects if the database is unavailable. */
export type KeyUseRecorder = (keyIds: readonly string[], day: string) => Promise<void>;

/** Collects which keys were used on which day, and writes them lazily in batches. */
export class KeyUse {
  private readonly record: KeyUseRecorder;
  /** Ids of used keys that are not written yet, by day. */
  private readonly pending = new Map<string, Set<string>>();
  private readonly timer: NodeJS.Timeout;

  constructor(record: KeyUseRecorder) {
    this.record = record;
    this.timer = setInterval(() => void this.flush(), KEY_USE_FLUSH_MS).unref();
  }

  /** Records a use. Call it once for each key and day. */
  used(id: string, now: number): void {
    const day = new Date(now).toISOString().slice(0, 10);
    const ids = this.pending.get(day);
    if (ids === undefined) this.pending.set(day, new Set([id]));
    else ids.add(id);
  }

  /** Writes what is pending. Never rejects: what could not be written stays pending. */
  async flush(): Promise<void> {
    for (const [day, ids] of this.pending) {
      while (ids.size > 0) {
        const batch = [...ids].slice(0, BATCH);
        try {
          await this.record(batch, day);
        } catch {
          return;
        }
        for (const id of batch) ids.delete(id);
      }
      this.pending.delete(day);
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}

/** Returns the number of the UTC day. */
export function dayOf(now: number): number {
  return Math.floor(now / MS_PER_UTC_DAY);
}
