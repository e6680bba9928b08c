import { Logger } from '@nestjs/common';
import { rename } from 'node:fs/promises';
import { reasonOf } from '../../errors/described-error.ts';
import { FileSegment } from './file-segment.ts';
import type { JournalObserver, LossReason } from './journal-observer.ts';
import { MemorySegment } from './memory-segment.ts';
import type { Segment } from './segment.ts';

/** Bytes of rows in memory while the folder cannot be written. */
const MAX_MEMORY_BYTES = 16_777_216;
/** Rows that are counted at a time before they are removed. */
const COUNT_SLICE = 5_000;

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

/** The segments of a journal, oldest first. */
export class SegmentList {
  private readonly logger = new Logger('ledger');
  private segments: Segment[] = [];
  /** Segments with rows that stay in the folder. */
  private readonly passed = new Set<Segment>();

  constructor(private readonly observer: JournalObserver) {}

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get hasRows(): boolean {
    return this.segments.some(({ hasRows }) => hasRows);
  }

  /** True if only the segment that is appended to remains. */
  get isDelivered(): boolean {
    return !this.segments.some(({ isSealed }) => isSealed);
  }

  add(segment: Segment): void {
    this.segments.push(segment);
  }

  /** Reads the oldest rows, up to `limit`. Returns undefined if there are none. Never rejects. */
  async read(limit: number): Promise<JournalBatch | undefined> {
    for (;;) {
      const segment = this.segments.find(({ hasRows }) => hasRows);
      if (!segment) return undefined;
      try {
        const { end, isLast, rows, torn } = await segment.read(limit);
        if (torn > 0) this.observer.lost('damaged', torn);
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

  /** Removes the oldest segments beyond the limits. The newest one stays. */
  async limit(maxBytes: number): Promise<void> {
    while (this.bytes > maxBytes && this.segments.length > 1) {
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

  /** Removes the sealed segments whose rows are all in the database. */
  async removeDelivered(): Promise<void> {
    const delivered = this.segments.filter(
      (segment) => segment.isSealed && !segment.hasRows && !this.passed.has(segment),
    );
    await Promise.all(delivered.map((segment) => this.drop(segment)));
  }

  /** Closes the files of all segments. */
  async close(): Promise<void> {
    await Promise.all(this.segments.map((segment) => segment.close()));
  }

  private async confirm(segment: Segment, end: number): Promise<void> {
    segment.advance(end);
    if (segment.isSealed && !segment.hasRows) await this.drop(segment);
  }

  private pass(segment: Segment, end: number): void {
    segment.advance(end);
    this.passed.add(segment);
  }

  private async drop(segment: Segment): Promise<void> {
    this.segments = this.segments.filter((other) => other !== segment);
    await segment.remove().catch((error: unknown) => {
      this.logger.warn({ event: 'journal_segment_not_removed', reason: reasonOf(error as Error) });
    });
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
    if (rows > 0) this.observer.lost(reason, rows);
  }

  /** Keeps a segment that cannot be read for an administrator, under another name. */
  private async setAside(segment: Segment, error: Error): Promise<void> {
    this.segments = this.segments.filter((other) => other !== segment);
    if (!(segment instanceof FileSegment)) return;
    await segment.close();
    const path = `${segment.path}.unreadable`;
    await rename(segment.path, path).catch(() => undefined);
    this.observer.lost('damaged', 1);
    this.logger.error({ event: 'journal_unreadable', path, reason: reasonOf(error) });
  }
}
