import { type FileStamp, stampOf } from './file-stamp.ts';

/** Milliseconds between two looks; a change is taken at the second look that sees it alike. */
const LOOK_EVERY_MS = 200;
/** A file that is never alike twice is taken all the same after so many looks. */
const MOST_LOOKS = 5;
/** Looking takes at most one part in so many of the time, however many files there are; yet a rest has an end, too. */
const REST_TO_WORK = 20;
const LONGEST_REST_MS = 250;

/**
 * Looks whether files are still what they were when they were read. Looking finds what events of the file system miss:
 * swapped links, files of network file systems, folders that are not there yet.
 */
export class FileWatch {
  private readonly read: () => ReadonlyMap<string, FileStamp>;
  private readonly changed: () => Promise<void>;
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private seen = '';
  private looks = 0;

  /** `read`: the files and their stamps when they were read; `changed` reads them again. */
  constructor(read: () => ReadonlyMap<string, FileStamp>, changed: () => Promise<void>) {
    this.read = read;
    this.changed = changed;
    this.lookIn(LOOK_EVERY_MS);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private lookIn(delayMs: number): void {
    if (!this.stopped) this.timer = setTimeout(() => void this.look(), delayMs).unref();
  }

  private async look(): Promise<void> {
    const startedAt = performance.now();
    const news = await this.news();
    const workedMs = performance.now() - startedAt;
    this.looks = news === '' ? 0 : this.looks + 1;
    const isSettled = news === this.seen || this.looks >= MOST_LOOKS;
    this.seen = news;
    if (news !== '' && isSettled && !this.stopped) {
      this.looks = 0;
      await this.changed();
    }
    // On a busy machine a look takes its time without working: a revoked key must not wait for that.
    this.lookIn(Math.min(LONGEST_REST_MS, Math.max(LOOK_EVERY_MS, workedMs * REST_TO_WORK)));
  }

  /** What is different from what was read; empty when nothing is. */
  private async news(): Promise<string> {
    const news: string[] = [];
    for (const [path, stamp] of this.read()) {
      const now = await stampOf(path);
      if (now !== stamp) news.push(path, now);
    }
    return news.join('\n');
  }
}
