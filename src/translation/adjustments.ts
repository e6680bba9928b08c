import type { AdjustmentValue } from '../wire/adjustments/adjustment-values.ts';

const UNKNOWN = 'unknown';
const NAME = /^[A-Za-z_][\w.-]{0,127}$/;
const MOST_UNKNOWN = 8;
/** Entries and characters of a name that are reported: the list ends in one header. */
const MOST_ENTRIES = 64;
const LONGEST_NAME = 200;
/** Stands for everything that does not fit. */
const OTHER_FIELDS = 'other_fields';
/** What says that nothing came of a field; all else says what came of it instead. */
const LOSSES = ['dropped', 'ignored', UNKNOWN];

/** The first field of which nothing came, in the list of an `Adjustments`; clamps and repairs are no loss. */
export function firstLostParameter(adjusted: readonly string[]): string | undefined {
  const lost = adjusted.find((entry) => LOSSES.includes(entry.slice(entry.indexOf('=') + 1)));
  return lost?.slice(0, lost.indexOf('='));
}

/**
 * Everything a translation changed or dropped for the model's sake, as `name=what`.
 * Values are our own words and numbers, never the client's content: they end in a header.
 */
export class Adjustments {
  private readonly entries = new Map<string, string>();
  private unknownNames = 0;
  private readonly names: Readonly<Record<string, string>>;

  /** `names`: what a dialect calls the fields that are known here by their names in chat. */
  constructor(names: Readonly<Record<string, string>> = {}) {
    this.names = names;
  }

  /** What became of the parameter. A later change of the same parameter replaces the earlier. */
  changed(param: string, value: AdjustmentValue): void {
    this.set(param, value);
  }

  /** The model gets this value instead: a number, an effort, a format. */
  replaced(param: string, value: string | number): void {
    this.set(param, String(value));
  }

  /** This model refuses the parameter. */
  dropped(param: string): void {
    this.set(param, 'dropped');
  }

  /** Bedrock has nothing like it. */
  ignored(param: string): void {
    this.set(param, 'ignored');
  }

  /**
   * Nobody here knows the field. Its name is the client's, so only what looks like a name is repeated, and only a few:
   * the list ends in a header.
   */
  unknown(param: string): void {
    if (this.holdsAllUnknown) return;
    const isFull = this.unknownNames === MOST_UNKNOWN;
    if (this.entries.get(param) === UNKNOWN) return;
    const name = !isFull && NAME.test(param) ? param : OTHER_FIELDS;
    if (this.entries.has(name)) return;
    if (name !== OTHER_FIELDS) this.unknownNames += 1;
    this.entries.set(name, UNKNOWN);
  }

  /** True once another unknown field would change nothing: a request may have very many of them. */
  get holdsAllUnknown(): boolean {
    return this.unknownNames === MOST_UNKNOWN && this.entries.get(OTHER_FIELDS) === UNKNOWN;
  }

  private set(param: string, value: string): void {
    const name = this.names[param] ?? param;
    const fits = name.length <= LONGEST_NAME && (this.entries.size < MOST_ENTRIES || this.entries.has(name));
    if (fits) this.entries.set(name, value);
    // A loss stays visible: `requests.unsupportedFields: reject` refuses for it.
    else if (!LOSSES.includes(this.entries.get(OTHER_FIELDS) ?? '')) this.entries.set(OTHER_FIELDS, value);
  }

  list(): string[] {
    return [...this.entries].map(([param, value]) => `${param}=${value}`);
  }
}
