const LONGEST_VALUE = 120;

/**
 * Keeps a label from growing without end: after `most` distinct values every new one is `other`.
 * Each value of a label is a time series for as long as the process lives.
 */
export class BoundedLabel {
  private readonly values = new Set<string>();

  constructor(private readonly most: number) {}

  of(value: string): string {
    if (this.values.has(value)) return value;
    if (this.values.size >= this.most || value.length > LONGEST_VALUE) return 'other';
    this.values.add(value);
    return value;
  }
}
