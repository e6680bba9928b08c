import type { Problem } from '../settings/config-error.ts';
import type { ValueKind } from '../settings/kinds.ts';
import type { SectionClass } from '../settings/section-class.ts';
import { settingsOf } from '../settings/setting.ts';
import { describeActualValue, truncateName } from '../loading/describe-value.ts';
import { closestName } from '../loading/nearest-name.ts';
import { describeInvalidValue } from '../loading/validate.ts';

interface EntrySetting {
  name: string;
  kind: ValueKind;
  isRequired: boolean;
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

  /** Throws for a class with sections or former values, which entries of files do not have. */
  constructor(type: SectionClass) {
    this.settings = [...settingsOf(type).values()].map(({ name, kind, presence }) => {
      if ('validators' in kind || kind.formerValues !== undefined) throw new Error(`${name} is not a plain value`);
      return { name, kind, isRequired: presence === 'given' };
    });
    this.names = this.settings.map(({ name }) => name);
  }

  read(parsed: unknown): ReadEntry {
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      const found = describeActualValue(parsed, undefined, 'hidden');
      return { problems: [{ path: '', message: `must be an object with ${this.names.join(', ')}; found ${found}` }] };
    }
    const given = parsed as Record<string, unknown>;
    const entry: Record<string, unknown> = {};
    const problems: Problem[] = [];
    for (const name in given) if (!this.names.includes(name)) problems.push(this.unknown(name));
    for (const { name, kind, isRequired } of this.settings) {
      // As in the configuration, null counts as absent.
      const value = given[name] ?? undefined;
      if (value === undefined && !isRequired) continue;
      if (kind.accepts(value)) entry[name] = value;
      else problems.push({ path: name, message: describeInvalidValue(kind, value, undefined) });
    }
    return problems.length === 0 ? { entry } : { problems };
  }

  private unknown(name: string): Problem {
    const guess = closestName(name, this.names);
    const suggestion = guess === undefined ? '.' : `; did you mean ${guess}?`;
    const message = `is not a setting${suggestion} Allowed here: ${this.names.join(', ')}`;
    return { path: truncateName(name), message };
  }
}
