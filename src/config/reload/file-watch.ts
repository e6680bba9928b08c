import { type FileStamp, stampOf } from './file-stamp.ts';

/** Milliseconds between two checks. A change counts when two checks see the same state. */
const CHECK_INTERVAL_MS = 200;
/** Number of checks after which a file counts as changed although its state differs in each of them. */
const MAX_CHECKS = 5;
/**
 * Minimum ratio of the interval to the duration of a check, however many files there are. `MAX_INTERVAL_MS` limits the
 * interval.
 */
const INTERVAL_TO_DURATION = 20;
const MAX_INTERVAL_MS = 250;

/**
 * Checks whether files have changed since they were read. Unlike file system events, checks detect changed links, files of
 * network file systems, and directories that do not exist yet.
 */
export class FileWatch {
  private readonly read: () => ReadonlyMap<string, FileStamp>;
  private readonly changed: () => Promise<void>;
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private lastChanges = '';
  private checks = 0;

  /** Starts the watch. `read` returns the files with their stamps from the last reading; `changed` reads them again. */
  constructor(read: () => ReadonlyMap<string, FileStamp>, changed: () => Promise<void>) {
    this.read = read;
    this.changed = changed;
    this.scheduleCheck(CHECK_INTERVAL_MS);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private scheduleCheck(delayMs: number): void {
    if (!this.stopped) this.timer = setTimeout(() => void this.check(), delayMs).unref();
  }

  private async check(): Promise<void> {
    const startedAt = performance.now();
    const changes = await this.findChanges();
    const workedMs = performance.now() - startedAt;
    this.checks = changes === '' ? 0 : this.checks + 1;
    const isSettled = changes === this.lastChanges || this.checks >= MAX_CHECKS;
    this.lastChanges = changes;
    if (changes !== '' && isSettled && !this.stopped) {
      this.checks = 0;
      await this.changed();
    }
    // On a busy machine, a check takes long without using CPU time. `MAX_INTERVAL_MS` ensures that a revoked key takes
    // effect soon.
    this.scheduleCheck(Math.min(MAX_INTERVAL_MS, Math.max(CHECK_INTERVAL_MS, workedMs * INTERVAL_TO_DURATION)));
  }

  /** Returns the changed files with their stamps; empty if nothing has changed. */
  private async findChanges(): Promise<string> {
    const changes: string[] = [];
    for (const [path, stamp] of this.read()) {
      const now = await stampOf(path);
      if (now !== stamp) changes.push(path, now);
    }
    return changes.join('\n');
  }
}
