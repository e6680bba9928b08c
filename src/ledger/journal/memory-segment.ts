import { decodeLine } from './journal-line.ts';
import type { Segment, SegmentRead } from './segment.ts';

/** Rows in memory, for the time in which the journal's folder cannot be written. */
export class MemorySegment implements Segment {
  readonly isSealed = true;
  readonly bytes: number;
  private readonly lines: readonly string[];
  private confirmed = 0;

  /** `text` has whole lines of a journal. */
  constructor(text: string) {
    this.bytes = text.length;
    this.lines = text.split('\n').slice(0, -1);
  }

  get hasRows(): boolean {
    return this.confirmed < this.lines.length;
  }

  async read(limit: number): Promise<SegmentRead> {
    const end = Math.min(this.confirmed + limit, this.lines.length);
    const rows = this.lines.slice(this.confirmed, end).flatMap((line) => decodeLine(line) ?? []);
    return { rows, torn: end - this.confirmed - rows.length, end, isLast: end === this.lines.length };
  }

  advance(end: number): void {
    this.confirmed = Math.max(this.confirmed, end);
  }

  async close(): Promise<void> {}

  async remove(): Promise<void> {
    this.confirmed = this.lines.length;
  }
}
