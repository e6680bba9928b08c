import type { Problem } from '../settings/config-error.ts';
import type { SettingKind, ValueKind } from '../settings/kinds.ts';
import type { SectionClass } from '../settings/section-class.ts';
import { settingsOf } from '../settings/setting.ts';
import { describeActualValue, truncateName } from '../loading/describe-value.ts';
import { closestName } from '../loading/nearest-name.ts';
import { describeInvalidValue } from '../loading/validate.ts';

/** Maximum number of reported problems of an entry, because one mistake may be in each part of a long list. */
const MAX_ENTRY_PROBLEMS = 20;

interface EntrySetting {
  name: string;
  kind: SettingKind;
  isRequired: boolean;
  /** Value of an absent setting, if it is not an object. */
  defaultValue: unknown;
  /** Reader of a section, or of each section of a list. */
  nested?: EntryReader;
}

/** Result of reading an entry; `problems` have the path of the setting within the entry. */
export type ReadEntry = { entry: Record<string, unknown>; problems?: undefined } | { problems: Problem[] };

/**
 * Reads entries of one class of settings that are plain JSON. Accepts and rejects the same entries as `buildSection` with
 * `validateSections`, because both use `ValueKind.accepts`, at a hundredth of their cost. Substitutes no variables.
 */
export class EntryReader {
  private readonly settings: readonly EntrySetting[];
  private readonly names: readonly string[];

  /** Throws for a class with former values, which entries of files do not have. */
  constructor(type: SectionClass) {
    const defaults = new Map<string, unknown>(Object.entries(new type()));
    this.settings = [...settingsOf(type).values()].map(({ name, kind, presence }) => {
      if ('formerValues' in kind && kind.formerValues !== undefined) throw new Error(`${name} has former values`);
      const nested = 'validators' in kind ? new EntryReader(kind.type) : undefined;
      const isRequired = presence === 'given' && defaults.get(name) === undefined;
      return { name, kind, isRequired, defaultValue: defaults.get(name), ...(nested && { nested }) };
    });
    this.names = this.settings.map(({ name }) => name);
  }

  read(parsed: unknown): ReadEntry {
    const problems: Problem[] = [];
    const entry = this.readInto(parsed, '', problems);
    return problems.length === 0 ? { entry: entry! } : { problems };
  }

  private readInto(parsed: unknown, path: string, problems: Problem[]): Record<string, unknown> | undefined {
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      const found = describeActualValue(parsed, undefined, 'hidden');
      problems.push({ path, message: `must be an object with ${this.names.join(', ')}; found ${found}` });
      return undefined;
    }
    const given = parsed as Record<string, unknown>;
    const entry: Record<string, unknown> = {};
    for (const name in given) if (!this.names.includes(name)) add(problems, this.unknown(name, path));
    for (const setting of this.settings) {
      // As in the configuration, null counts as absent.
      const value = Object.hasOwn(given, setting.name) ? (given[setting.name] ?? undefined) : undefined;
      const read = value === undefined ? absent(setting, path, problems) : present(setting, value, path, problems);
      if (read !== undefined) entry[setting.name] = read;
    }
    return entry;
  }

  /** Reads a section, or each section of a list. */
  readNested(kind: SettingKind, value: unknown, path: string, problems: Problem[]): unknown {
    if (kind.form !== 'sections') return this.readInto(value, path, problems);
    if (!Array.isArray(value)) {
      const found = describeActualValue(value, undefined, 'hidden');
      add(problems, { path, message: `must be a list; found ${found}` });
      return undefined;
    }
    const entries: unknown[] = [];
    for (const [index, one] of value.entries()) {
      if (problems.length >= MAX_ENTRY_PROBLEMS) break;
      entries.push(this.readInto(one, `${path}[${index}]`, problems));
    }
    return entries;
  }

  private unknown(name: string, parent: string): Problem {
    const guess = closestName(name, this.names);
    const suggestion = guess === undefined ? '.' : `; did you mean ${guess}?`;
    const message = `is not a setting${suggestion} Allowed here: ${this.names.join(', ')}`;
    return { path: pathWithin(parent, truncateName(name)), message };
  }
}

function absent(setting: EntrySetting, path: string, problems: Problem[]): unknown {
  const { name, kind, nested, isRequired, defaultValue } = setting;
  if (isRequired) {
    const message = 'allowed' in kind ? describeInvalidValue(kind, undefined, undefined) : 'is missing';
    add(problems, { path: pathWithin(path, name), message });
    return undefined;
  }
  // A new object for each entry.
  if (typeof defaultValue !== 'object' || nested === undefined) return defaultValue;
  return nested.readNested(kind, Array.isArray(defaultValue) ? [] : {}, pathWithin(path, name), problems);
}

function present({ name, kind, nested }: EntrySetting, value: unknown, path: string, problems: Problem[]): unknown {
  if (nested !== undefined) return nested.readNested(kind, value, pathWithin(path, name), problems);
  const { accepts } = kind as ValueKind;
  if (accepts(value)) return value;
  add(problems, { path: pathWithin(path, name), message: describeInvalidValue(kind as ValueKind, value, undefined) });
  return undefined;
}

function add(problems: Problem[], problem: Problem): void {
  if (problems.length < MAX_ENTRY_PROBLEMS) problems.push(problem);
}

function pathWithin(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}
