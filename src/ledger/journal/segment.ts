/** Rows that were read from a segment, as JSON. */
export interface SegmentRead {
  rows: readonly string[];
  /** Lines that were skipped, because their checksum does not match or their end is missing. */
  torn: number;
  /** Position after the rows, for `advance`. */
  end: number;
  /** True if these are the last rows of the segment at the time of the read. */
  isLast: boolean;
}

/** A part of the journal. Its rows are read in their order, and again until `advance` confirms them. */
export interface Segment {
  /** Bytes that it occupies. */
  readonly bytes: number;
  /** True if no further row is added. */
  readonly isSealed: boolean;
  /** True if rows remain that were not confirmed. */
  readonly hasRows: boolean;
  /** Reads up to `limit` rows after the confirmed ones. */
  read(limit: number): Promise<SegmentRead>;
  /** Confirms the rows up to a position, which the database has now. */
  advance(end: number): void;
  /** Closes its file. Never rejects. */
  close(): Promise<void>;
  /** Removes the segment with all its rows. */
  remove(): Promise<void>;
}
