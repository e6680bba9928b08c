import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/** Processes that may use one folder at the same time. */
const MAX_SLOTS = 64;
const SLOT_NAME = /^slot-\d+$/;
const SEGMENT_NAME = /^\d+\.journal$/;
/** Primary result code of a lock that another connection has, https://sqlite.org/rescode.html#busy. */
const SQLITE_BUSY = 5;

/**
 * A folder that one process uses until it ends, however it ends. Node has no locks of files, so the lock is that of an empty
 * database of SQLite: the operating system releases it with the process.
 */
export class JournalSlot {
  private constructor(
    readonly folder: string,
    private readonly lock: DatabaseSync,
  ) {}

  /** Takes the first free slot of the folder. Throws an Error if the folder cannot be used. */
  static async take(folder: string): Promise<JournalSlot> {
    for (let number = 1; number <= MAX_SLOTS; number += 1) {
      const slot = await JournalSlot.lock(join(folder, `slot-${number}`));
      if (slot) return slot;
    }
    throw new Error(`${MAX_SLOTS} processes use ${folder}`);
  }

  /** Takes the slots of ended processes that left rows. Throws an Error if the folder cannot be read. */
  static async takeOrphans(folder: string, own: JournalSlot): Promise<JournalSlot[]> {
    const orphans: JournalSlot[] = [];
    for (const name of readdirSync(folder).filter((entry) => SLOT_NAME.test(entry))) {
      const path = join(folder, name);
      if (path === own.folder || segmentsIn(path).length === 0) continue;
      const slot = await JournalSlot.lock(path);
      if (slot) orphans.push(slot);
    }
    return orphans;
  }

  /** Returns undefined if another process has the lock, or if the folder belongs to another user. */
  private static async lock(folder: string): Promise<JournalSlot | undefined> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) return undefined;
    // A gateway without a ledger does not load SQLite.
    const { DatabaseSync: Database } = await import('node:sqlite');
    const lock = new Database(join(folder, 'lock'), { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
      return new JournalSlot(folder, lock);
    } catch (error) {
      lock.close();
      if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) return undefined;
      throw error;
    }
  }

  /** Returns the paths of the segments, oldest first. */
  segments(): string[] {
    return segmentsIn(this.folder);
  }

  release(): void {
    this.lock.close();
  }
}

/** Returns the path of the segment with this number. */
export function segmentPath(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(10, '0')}.journal`);
}

/** Returns the number of a segment. */
export function segmentNumber(path: string): number {
  return Number.parseInt(path.slice(path.lastIndexOf('/') + 1), 10);
}

function segmentsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => SEGMENT_NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}
