/**
 * Everything a translation changed or dropped for the model's sake, as `name=what`.
 * Values are our own words and numbers, never the client's content: they end in a header.
 */
export class Adjustments {
  private readonly entries = new Map<string, string>();

  /** The model gets this value instead. A later change of the same parameter replaces the earlier. */
  changed(param: string, value: string | number): void {
    this.entries.set(param, String(value));
  }

  /** This model refuses the parameter. */
  dropped(param: string): void {
    this.entries.set(param, 'dropped');
  }

  /** Bedrock has nothing like it. */
  ignored(param: string): void {
    this.entries.set(param, 'ignored');
  }

  list(): string[] {
    return [...this.entries].map(([param, value]) => `${param}=${value}`);
  }
}
