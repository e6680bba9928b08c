const MAX_VALUE_LENGTH = 120;
const OTHER = 'other';

/**
 * Limits the values of a label: after `maxValues` distinct values, each new one is `other`. Each value is a time series for
 * the lifetime of the process, so values that clients invent must not fill the limit: see `known`.
 */
export class BoundedLabel {
  private readonly values = new Set<string>();

  constructor(private readonly maxValues: number) {}

  /** Returns the value, and reserves a time series for a new one. Returns `other` for new values beyond the limit. */
  of(value: string): string {
    if (this.values.has(value)) return value;
    if (this.values.size >= this.maxValues || value.length > MAX_VALUE_LENGTH) return OTHER;
    this.values.add(value);
    return value;
  }

  /** Returns the value if it has a time series already, otherwise `other`. For values that a client may have invented. */
  known(value: string): string {
    return this.values.has(value) ? value : OTHER;
  }

  has(value: string): boolean {
    return this.values.has(value);
  }
}
