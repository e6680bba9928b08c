import { Logger } from '@nestjs/common';
import { reasonOf } from '../../errors/described-error.ts';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { FileSegment } from './file-segment.ts';
import { encodeRow } from './journal-line.ts';
import type { JournalObserver } from './journal-observer.ts';
import { JournalSlot, segmentNumber, segmentPath } from './journal-slot.ts';
import { MemorySegment } from './memory-segment.ts';
import { type JournalBatch, SegmentList } from './segment-list.ts';

/** Milliseconds for which rows wait in memory. With the write, a row reaches the operating system within 100 ms. */
const COLLECT_MS = 40;
const SYNC_MS = 1_000;
/** Milliseconds between two attempts to use a folder that cannot be written. */
const FOLDER_RETRY_MS = 1_000;
/** Rows in memory, while a write is not complete. */
const MAX_WAITING_ROWS = 5_000;
const MAX_SEGMENT_BYTES = 4_194_304;
/** Segments of a full journal, so that the oldest rows are only a small part of it. */
const MIN_SEGMENTS = 8;

export interface JournalOptions {
  folder: string;
  maxBytes: number;
  observer: JournalObserver;
}

/**
 * Rows that the database does not have yet, in files. A process that is killed loses the rows of the last 100 ms, and a crash
 * of the machine those of the last second. Without a folder that can be written, a part of the rows waits in memory.
 */
export class Journal {
  private readonly logger = new Logger('ledger');
  private readonly segments: SegmentList;
  private waiting: LedgerRow[] = [];
  private timer?: NodeJS.Timeout;
  private syncTimer?: NodeJS.Timeout;
  private writing?: Promise<void>;
  private slot?: JournalSlot;
  private active?: FileSegment;
  private lastNumber = 0;
  private orphans: JournalSlot[] = [];
  private failedAt?: number;
  /** Called when rows are ready to be read. */
  onRows: () => void = () => undefined;

  constructor(private readonly options: JournalOptions) {
    this.segments = new SegmentList(options.observer);
  }

  get maxBytes(): number {
    return this.options.maxBytes;
  }

  get bytes(): number {
    return this.segments.bytes;
  }

  /** True if rows are in memory or in segments. */
  get hasRows(): boolean {
    return this.waiting.length > 0 || this.writing !== undefined || this.segments.hasRows;
  }

  /** True while the folder cannot be written. */
  get isFailing(): boolean {
    return this.failedAt !== undefined;
  }

  /** Opens the folder, and finds the rows of ended processes. Never rejects. */
  async start(): Promise<void> {
    this.syncTimer = setInterval(() => void this.sync(), SYNC_MS).unref();
    await this.prepare();
    await this.adoptOrphans();
  }

  /** Adds a row. Never throws and never waits. */
  append(row: LedgerRow): void {
    if (this.waiting.length >= MAX_WAITING_ROWS) {
      this.options.observer.lost('memory', 1);
      return;
    }
    this.waiting.push(row);
    this.timer ??= setTimeout(this.onTimer, COLLECT_MS);
  }

  /** Reads the oldest rows, up to `limit`. Returns undefined if there are none. Never rejects. */
  async read(limit: number): Promise<JournalBatch | undefined> {
    const batch = await this.segments.read(limit);
    if (this.orphans.length > 0 && this.segments.isDelivered) {
      for (const slot of this.orphans.splice(0)) slot.release();
    }
    return batch;
  }

  /** Takes the rows that ended processes left in the folder. Never rejects. */
  async adoptOrphans(): Promise<void> {
    if (!this.slot) return;
    try {
      for (const orphan of await JournalSlot.takeOrphans(this.options.folder, this.slot)) {
        await this.addSegments(orphan);
        this.orphans.push(orphan);
      }
      if (this.segments.hasRows) this.onRows();
    } catch (error) {
      this.logger.warn({ event: 'journal_orphans_failed', reason: reasonOf(error as Error) });
    }
  }

  /** Writes the rows in memory. Never rejects. */
  async flush(): Promise<void> {
    await this.writing;
    if (this.waiting.length > 0) await this.startWrite();
  }

  /** Ends the appending, and releases the folder. Rows that were not confirmed stay in it. */
  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
    clearInterval(this.syncTimer);
    await this.sealActive();
    await this.segments.close();
    for (const slot of this.orphans) slot.release();
    this.slot?.release();
  }

  private readonly onTimer = (): void => {
    this.timer = undefined;
    // The end of the running write starts the next one.
    if (!this.writing) void this.startWrite();
  };

  private startWrite(): Promise<void> {
    this.writing = this.write().finally(() => {
      this.writing = undefined;
      if (this.waiting.length > 0) this.timer ??= setTimeout(this.onTimer, 0);
    });
    return this.writing;
  }

  /** Writes the waiting rows to the active segment, or keeps them in memory. */
  private async write(): Promise<void> {
    const text = this.encodeWaiting();
    if (text === '') return;
    const isWritten = (await this.prepare()) && (await this.appendText(text));
    if (!isWritten) this.segments.add(new MemorySegment(text));
    await this.segments.limit(this.options.maxBytes);
    this.onRows();
  }

  private encodeWaiting(): string {
    const rows = this.waiting;
    this.waiting = [];
    this.options.observer.appended(rows.length);
    let text = '';
    for (const row of rows) {
      try {
        text += encodeRow(row);
      } catch (error) {
        this.options.observer.lost('invalid', 1);
        this.logger.error({ event: 'ledger_row_invalid', reason: reasonOf(error as Error) });
      }
    }
    return text;
  }

  private async appendText(text: string): Promise<boolean> {
    const { active } = this;
    if (!active || active.isSealed) return false;
    try {
      await active.append(Buffer.from(text));
      const segmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.floor(this.options.maxBytes / MIN_SEGMENTS));
      // Later rows do not wait until the disk has this segment.
      if (active.bytes >= segmentBytes) void this.sealActive();
      return true;
    } catch (error) {
      await this.sealActive();
      this.fail(error as Error);
      return false;
    }
  }

  /** Takes a slot and creates a segment, where there is none. Returns false if the folder cannot be used now. */
  private async prepare(): Promise<boolean> {
    if (this.active && !this.active.isSealed) return true;
    if (this.failedAt !== undefined && performance.now() - this.failedAt < FOLDER_RETRY_MS) return false;
    try {
      if (!this.slot) {
        const slot = await JournalSlot.take(this.options.folder);
        await this.addSegments(slot);
        this.slot = slot;
      }
      this.lastNumber += 1;
      this.active = await FileSegment.create(segmentPath(this.slot.folder, this.lastNumber));
      this.segments.add(this.active);
      if (this.failedAt !== undefined) this.logger.log('The journal of the ledger can be written again.');
      this.failedAt = undefined;
      return true;
    } catch (error) {
      this.fail(error as Error);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.leaveSlot();
      return false;
    }
  }

  /** Gives up a folder that was removed, such as by a cleanup of temporary files. The next attempt creates it. */
  private leaveSlot(): void {
    this.slot?.release();
    this.slot = undefined;
  }

  private fail(error: Error): void {
    if (this.failedAt === undefined) {
      this.logger.error({ event: 'journal_failed', folder: this.options.folder, reason: reasonOf(error) });
    }
    this.failedAt = performance.now();
  }

  private async addSegments(slot: JournalSlot): Promise<void> {
    for (const path of slot.segments()) {
      const segment = await FileSegment.existing(path);
      if (this.slot === undefined) this.lastNumber = Math.max(this.lastNumber, segmentNumber(path));
      if (segment.hasRows) this.segments.add(segment);
      else await segment.remove();
    }
  }

  private async sealActive(): Promise<void> {
    const { active } = this;
    this.active = undefined;
    await active?.seal();
    await this.segments.removeDelivered();
  }

  private async sync(): Promise<void> {
    try {
      await this.active?.sync();
    } catch (error) {
      this.fail(error as Error);
      await this.sealActive();
    }
  }
}
