import { Logger } from '@nestjs/common';
import { basename, dirname, join } from 'node:path';
import { rename } from 'node:fs/promises';
import { reasonOf } from '../../errors/described-error.ts';
import type { LedgerRow } from '../rows/ledger-row.ts';
import { FileSegment } from './file-segment.ts';
import { encodeRow } from './journal-line.ts';
import { JournalSlot, segmentNumber, segmentPath } from './journal-slot.ts';
import { MemorySegment } from './memory-segment.ts';
import type { Segment } from './segment.ts';

/** Milliseconds for which rows wait in memory. With the write, a row reaches the operating system within 100 ms. */
const COLLECT_MS = 40;
const SYNC_MS = 1_000;
/** Milliseconds between two attempts to use a folder that cannot be written. */
const FOLDER_RETRY_MS = 1_000;
/** Rows in memory, while a write is not complete. */
const MAX_WAITING_ROWS = 5_000;
/** Bytes of rows in memory while the folder cannot be written. */
const MAX_MEMORY_BYTES = 16_777_216;
const MAX_SEGMENT_BYTES = 4_194_304;
/** Segments of a full journal, so that the oldest rows are only a small part of it. */
const MIN_SEGMENTS = 8;
/** Rows that are counted at a time before they are removed. */
const COUNT_SLICE = 5_000;

/**
 * Why rows were lost. `journal_full`: the database was away for too long. `memory`: the folder could not be written either.
 * `invalid`: the row is not JSON. `damaged`: its line in the journal is damaged or not complete.
 */
export type LossReason = 'journal_full' | 'memory' | 'invalid' | 'damaged';

/** Rows as JSON. The next read returns them again, unless they are confirmed or passed. */
export interface JournalBatch {
  rows: readonly string[];
  /** True if the journal had no further rows at the time of the read. */
  isLast: boolean;
  /** Removes the rows from the journal. */
  confirm(): Promise<void>;
  /** Continues after the rows. They stay in the folder for another process. */
  pass(): void;
}

/** Counts rows, for metrics. */
export interface JournalObserver {
  appended(rows: number): void;
  lost(reason: LossReason, rows: number): void;
}

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
  private waiting: LedgerRow[] = [];
  private timer?: NodeJS.Timeout;
  private writing?: Promise<void>;
  private slot?: JournalSlot;
  private active?: FileSegment;
  private lastNumber = 0;
  /** Oldest first. */
  private segments: Segment[] = [];
  private orphans: JournalSlot[] = [];
  /** Segments with rows that stay in the folder. */
  private readonly passed = new Set<Segment>();
  private failedAt?: number;
  private syncTimer?: NodeJS.Timeout;
  /** Called when rows are ready to be read. */
  onRows: () => void = () => undefined;

  constructor(private readonly options: JournalOptions) {}

  get maxBytes(): number {
    return this.options.maxBytes;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** True if rows are in memory or in segments. */
  get hasRows(): boolean {
    return this.waiting.length > 0 || this.writing !== undefined || this.segments.some(({ hasRows }) => hasRows);
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

  /** Reads the oldest rows, up to `limit`. Returns undefined if there are none. */
  async read(limit: number): Promise<JournalBatch | undefined> {
    for (;;) {
      const segment = this.segments.find(({ hasRows }) => hasRows);
      if (!segment) return undefined;
      try {
        const { end, isLast, rows, torn } = await segment.read(limit);
        if (torn > 0) this.options.observer.lost('damaged', torn);
        if (rows.length > 0) {
          const isLastOfAll = isLast && this.segments.filter(({ hasRows }) => hasRows).at(-1) === segment;
          const confirm = (): Promise<void> => this.confirm(segment, end);
          return { rows, isLast: isLastOfAll, confirm, pass: () => this.pass(segment, end) };
        }
        await this.confirm(segment, end);
      } catch (error) {
        await this.setAside(segment, error as Error);
      }
    }
  }

  /** Takes the rows that ended processes left in the folder. Never rejects. */
  async adoptOrphans(): Promise<void> {
    if (!this.slot) return;
    try {
      for (const orphan of await JournalSlot.takeOrphans(this.options.folder, this.slot)) {
        this.orphans.push(orphan);
        await this.addSegments(orphan);
      }
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
    clearInterval(this.syncTimer);
    await this.active?.seal();
    const done = this.segments.filter((segment) => !segment.hasRows && !this.passed.has(segment));
    await Promise.all(done.map((segment) => segment.remove().catch(() => undefined)));
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
    if (!isWritten) this.segments.push(new MemorySegment(text));
    await this.limit();
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
        this.logger.error({ event: 'ledger_row_invalid', id: row.id, reason: reasonOf(error as Error) });
      }
    }
    return text;
  }

  private async appendText(text: string): Promise<boolean> {
    const { active } = this;
    if (!active) return false;
    try {
      await active.append(Buffer.from(text));
      if (active.bytes >= this.segmentBytes) await this.sealActive();
      return true;
    } catch (error) {
      await this.sealActive();
      this.fail(error as Error);
      return false;
    }
  }

  private get segmentBytes(): number {
    return Math.min(MAX_SEGMENT_BYTES, Math.floor(this.options.maxBytes / MIN_SEGMENTS));
  }

  /** Takes a slot and creates a segment, where there is none. Returns false if the folder cannot be used now. */
  private async prepare(): Promise<boolean> {
    if (this.active) return true;
    if (this.failedAt !== undefined && performance.now() - this.failedAt < FOLDER_RETRY_MS) return false;
    try {
      if (!this.slot) {
        this.slot = await JournalSlot.take(this.options.folder);
        await this.addSegments(this.slot);
      }
      this.lastNumber += 1;
      this.active = await FileSegment.create(segmentPath(this.slot.folder, this.lastNumber));
      this.segments.push(this.active);
      if (this.failedAt !== undefined) this.logger.log('The journal of the ledger can be written again.');
      this.failedAt = undefined;
      return true;
    } catch (error) {
      this.fail(error as Error);
      return false;
    }
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
      if (segment.hasRows) this.segments.push(segment);
      else await segment.remove();
      if (slot === this.slot) this.lastNumber = Math.max(this.lastNumber, segmentNumber(path));
    }
  }

  private async sealActive(): Promise<void> {
    const { active } = this;
    this.active = undefined;
    await active?.seal();
  }

  private async sync(): Promise<void> {
    try {
      await this.active?.sync();
    } catch (error) {
      this.fail(error as Error);
      await this.sealActive();
    }
  }

  private async confirm(segment: Segment, end: number): Promise<void> {
    segment.advance(end);
    if (!segment.isSealed || segment.hasRows) return;
    await this.drop(segment);
    if (this.segments.some(({ isSealed }) => isSealed)) return;
    for (const slot of this.orphans.splice(0)) slot.release();
  }

  private pass(segment: Segment, end: number): void {
    segment.advance(end);
    this.passed.add(segment);
  }

  private async drop(segment: Segment): Promise<void> {
    this.segments = this.segments.filter((other) => other !== segment);
    await segment.remove().catch((error: unknown) => this.fail(error as Error));
  }

  /** Removes the oldest segments beyond the limits. */
  private async limit(): Promise<void> {
    while (this.bytes > this.options.maxBytes && this.segments.length > 1) {
      await this.evict(this.segments[0]!, 'journal_full');
    }
    const inMemory = this.segments.filter((segment) => segment instanceof MemorySegment);
    let bytes = inMemory.reduce((sum, segment) => sum + segment.bytes, 0);
    for (const segment of inMemory) {
      if (bytes <= MAX_MEMORY_BYTES) return;
      bytes -= segment.bytes;
      await this.evict(segment, 'memory');
    }
  }

  private async evict(segment: Segment, reason: LossReason): Promise<void> {
    let rows = 0;
    try {
      while (segment.hasRows) {
        const read = await segment.read(COUNT_SLICE);
        rows += read.rows.length;
        segment.advance(read.end);
      }
    } catch {
      // A segment that cannot be read is removed without its number of rows.
    }
    await this.drop(segment);
    if (rows > 0) this.options.observer.lost(reason, rows);
  }

  /** Keeps a segment that cannot be read for an administrator, under another name. */
  private async setAside(segment: Segment, error: Error): Promise<void> {
    this.segments = this.segments.filter((other) => other !== segment);
    if (segment === this.active) await this.sealActive();
    if (!(segment instanceof FileSegment)) return;
    const { path } = segment;
    const target = join(dirname(path), `${basename(path)}.unreadable`);
    await rename(path, target).catch(() => undefined);
    this.options.observer.lost('damaged', 1);
    this.logger.error({ event: 'journal_unreadable', path: target, reason: reasonOf(error) });
  }
}
