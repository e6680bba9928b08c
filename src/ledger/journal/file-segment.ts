import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { decodeLine } from './journal-line.ts';
import type { Segment, SegmentRead } from './segment.ts';

/** Bytes that one call reads at least. */
const SEGMENT_READ_BYTES = 1_048_576;
/** Bytes of a line beyond which it counts as damaged. */
const MAX_ROW_BYTES = 4_194_304;
const NEWLINE = 10;

/** A file of the journal. One process appends to it, until it is sealed. */
export class FileSegment implements Segment {
  isSealed = false;
  /** Bytes of whole rows that were written. */
  private written = 0;
  private confirmed = 0;
  private isChanged = false;
  private file?: FileHandle;

  private constructor(readonly path: string) {}

  /** Creates a file with access for the owner only. Throws what `open` throws, also if the file exists. */
  static async create(path: string): Promise<FileSegment> {
    const segment = new FileSegment(path);
    segment.file = await open(path, 'wx+', 0o600);
    return segment;
  }

  /** Returns the segment of a file that no process appends to any more. */
  static async existing(path: string): Promise<FileSegment> {
    const segment = new FileSegment(path);
    segment.written = (await stat(path)).size;
    segment.isSealed = true;
    return segment;
  }

  get bytes(): number {
    return this.written;
  }

  get hasRows(): boolean {
    return this.confirmed < this.written;
  }

  /** Appends whole lines. After an error, the segment must be sealed: its end may have a part of the lines. */
  async append(lines: Buffer): Promise<void> {
    let start = 0;
    while (start < lines.length) start += (await this.file!.write(lines, start)).bytesWritten;
    this.written += lines.length;
    this.isChanged = true;
  }

  /** Makes the rows survive a crash of the machine. */
  async sync(): Promise<void> {
    if (!this.isChanged) return;
    this.isChanged = false;
    await this.file?.datasync();
  }

  /** Ends the appending. Never rejects: rows that are not synchronized survive the end of the process. */
  async seal(): Promise<void> {
    this.isSealed = true;
    await this.file?.datasync().catch(() => undefined);
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close().catch(() => undefined);
  }

  async read(limit: number): Promise<SegmentRead> {
    const { confirmed, written } = this;
    const bytes = await this.bytesAfter(confirmed, written);
    const rows: string[] = [];
    let torn = 0;
    let start = 0;
    let end = bytes.indexOf(NEWLINE);
    while (end !== -1 && rows.length < limit) {
      const row = decodeLine(bytes.toString('utf8', start, end));
      if (row === undefined) torn += 1;
      else rows.push(row);
      start = end + 1;
      end = bytes.indexOf(NEWLINE, start);
    }
    const isComplete = bytes.length === 0 || confirmed + bytes.length >= written;
    if (end !== -1 || (!isComplete && start > 0)) return { rows, torn, end: confirmed + start, isLast: false };
    // A rest without an end: the process that wrote it was killed, or the file was shortened or damaged.
    const hasRest = confirmed + start < written;
    const next = isComplete ? written : confirmed + bytes.length;
    return { rows, torn: torn + (hasRest ? 1 : 0), end: next, isLast: isComplete };
  }

  advance(end: number): void {
    this.confirmed = Math.max(this.confirmed, end);
  }

  async remove(): Promise<void> {
    this.confirmed = this.written;
    this.isSealed = true;
    await this.close();
    await rm(this.path, { force: true });
  }

  /** Reads from a position: at least one whole line, or up to the limit. */
  private async bytesAfter(position: number, limit: number): Promise<Buffer> {
    // The folder of a running process may be removed: its open file has the rows.
    const own = this.file;
    const file = own ?? (await open(this.path, 'r'));
    try {
      for (let size = SEGMENT_READ_BYTES; ; size *= 2) {
        const buffer = Buffer.allocUnsafe(Math.min(size, limit - position));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        const bytes = buffer.subarray(0, bytesRead);
        const isWhole = bytesRead < size || size >= MAX_ROW_BYTES;
        if (isWhole || bytes.includes(NEWLINE)) return bytes;
      }
    } finally {
      if (!own) await file.close();
    }
  }
}
