const MS_PER_UTC_DAY = 86_400_000;
const KEY_USE_FLUSH_MS = 60_000;
const BATCH = 1_000;

/** Records the days on which keys are used. Rejects if the database is unavailable. */
export type KeyUseRecorder = (keyIds: readonly string[], day: string) => Promise<void>;

/** Collects which keys were used on which day, and writes them lazily in batches. */
export class KeyUse {
  private readonly record: KeyUseRecorder;
  /** The last day of each used key that is not written yet. At most one entry for each key, however long the database is away. */
  private readonly pending = new Map<string, string>();
  private readonly timer: NodeJS.Timeout;

  constructor(record: KeyUseRecorder) {
    this.record = record;
    this.timer = setInterval(() => void this.flush(), KEY_USE_FLUSH_MS).unref();
  }

  /** Number of keys whose use is not written yet. */
  get pendingKeys(): number {
    return this.pending.size;
  }

  /** Records a use. Call it once for each key and day. */
  used(id: string, now: number): void {
    const day = new Date(now).toISOString().slice(0, 10);
    const known = this.pending.get(id);
    if (known === undefined || known < day) this.pending.set(id, day);
  }

  /** Writes what is pending. Never rejects: what could not be written stays pending. */
  async flush(): Promise<void> {
    for (const [day, entries] of Map.groupBy([...this.pending], ([, used]) => used)) {
      for (let start = 0; start < entries.length; start += BATCH) {
        const ids = entries.slice(start, start + BATCH).map(([id]) => id);
        try {
          await this.record(ids, day);
        } catch {
          return;
        }
        // A key may have been used on a later day meanwhile.
        for (const id of ids) if (this.pending.get(id) === day) this.pending.delete(id);
      }
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
