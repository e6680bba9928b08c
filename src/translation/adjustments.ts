import type { AdjustmentValue } from '../wire/adjustments/adjustment-values.ts';

const UNKNOWN = 'unknown';
const NAME = /^[A-Za-z_][\w.-]{0,127}$/;
const MAX_UNKNOWN = 8;
/** Limits of entries, and of characters in a name. They bound the response header that carries the list. */
const MAX_ENTRIES = 64;
const MAX_NAME_LENGTH = 200;
/** Name of the entry for all fields that exceed a limit. */
const OTHER_FIELDS = 'other_fields';
/** Values that report a field without any effect. Every other value reports what the gateway does instead. */
const LOSS_VALUES = ['dropped', 'ignored', UNKNOWN];

/**
 * Returns the name of the first field without any effect in the list of an `Adjustments`; undefined if there is none.
 * Clamped and repaired values have an effect.
 */
export function firstLostParameter(adjusted: readonly string[]): string | undefined {
  const lost = adjusted.find((entry) => LOSS_VALUES.includes(entry.slice(entry.indexOf('=') + 1)));
  return lost?.slice(0, lost.indexOf('='));
}

/**
 * The fields of one request that the translation changed or dropped, as `name=value`. The list becomes the response
 * header `x-outcrop-adjusted`, so values are fixed terms of the gateway and numbers, never the client's content.
 */
export class Adjustments {
  private readonly entries = new Map<string, string>();
  private unknownNames = 0;
  private readonly names: Readonly<Record<string, string>>;

  /** @param names - maps the chat field names that shared translators report to the field names of another API */
  constructor(names: Readonly<Record<string, string>> = {}) {
    this.names = names;
  }

  /** Records how `param` was changed. A later change of `param` replaces an earlier one. */
  changed(param: string, value: AdjustmentValue): void {
    this.set(param, value);
  }

  /** Records that the model receives `value` in place of the client's: a number, an effort, a format. */
  replaced(param: string, value: string | number): void {
    this.set(param, String(value));
  }

  /** Records that the field is dropped because this model does not support it. */
  dropped(param: string): void {
    this.set(param, 'dropped');
  }

  /** Records that the field has no effect because Bedrock has no equivalent. */
  ignored(param: string): void {
    this.set(param, 'ignored');
  }

  /**
   * Records a field that the API does not define. The client chooses the name and the list becomes a header, so the
   * gateway repeats only identifiers, and at most `MAX_UNKNOWN` of them. All others are reported as `other_fields`.
   */
  unknown(param: string): void {
    if (this.holdsAllUnknown) return;
    const isFull = this.unknownNames === MAX_UNKNOWN;
    if (this.entries.get(param) === UNKNOWN) return;
    const name = !isFull && NAME.test(param) ? param : OTHER_FIELDS;
    if (this.entries.has(name)) return;
    if (name !== OTHER_FIELDS) this.unknownNames += 1;
    this.entries.set(name, UNKNOWN);
  }

  /** True if another unknown field would not change the list. Lets callers skip the rest of a very long request. */
  get holdsAllUnknown(): boolean {
    return this.unknownNames === MAX_UNKNOWN && this.entries.get(OTHER_FIELDS) === UNKNOWN;
  }

  private set(param: string, value: string): void {
    const name = this.names[param] ?? param;
    const fits = name.length <= MAX_NAME_LENGTH && (this.entries.size < MAX_ENTRIES || this.entries.has(name));
    if (fits) this.entries.set(name, value);
    // A recorded loss is kept, because `requests.unsupportedFields: reject` rejects requests for it.
    else if (!LOSS_VALUES.includes(this.entries.get(OTHER_FIELDS) ?? '')) this.entries.set(OTHER_FIELDS, value);
  }

  /** Returns the entries as `name=value`, in the order of their first report. */
  list(): string[] {
    return [...this.entries].map(([param, value]) => `${param}=${value}`);
  }
}
