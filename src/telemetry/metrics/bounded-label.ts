const LONGEST_VALUE = 120;
const OTHER = 'other';

/**
 * Keeps a label from growing without end: after `most` distinct values every new one is `other`.
 * Each value of a label is a time series for as long as the process lives, so values that clients make up must not use
 * up the room: see `known`.
 */
export class BoundedLabel {
  private readonly values = new Set<string>();

  constructor(private readonly most: number) {}

  /** Returns the value, which gets a time series of its own while there is room. */
  of(value: string): string {
    if (this.values.has(value)) return value;
    if (this.values.size >= this.most || value.length > LONGEST_VALUE) return OTHER;
    this.values.add(value);
    return value;
  }

  /** Returns the value if it has a time series already, else `other`: for values that a client may have made up. */
  known(value: string): string {
    return this.values.has(value) ? value : OTHER;
  }

  has(value: string): boolean {
    return this.values.has(value);
  }
}
