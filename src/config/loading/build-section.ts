import type { Problem } from '../settings/config-error.ts';
import type { SettingKind, ValueKind } from '../settings/kinds.ts';
import type { SectionClass } from '../settings/section-class.ts';
import { settingsOf } from '../settings/setting.ts';
import { truncateName, describeActualValue } from './describe-value.ts';
import { OverriddenValue, isMap, RenamedValue, type ValueOrigin, parseScalar } from './overridden-value.ts';
import { closestName } from './nearest-name.ts';
import { type SubstitutionSources, substitute } from './substitution.ts';

/** Receives the findings of reading a tree, in addition to values. */
export interface AssemblyReport {
  sources: SubstitutionSources;
  problems: Problem[];
  /** References whose file or variable does not exist here. If absent, they are problems. */
  unresolved?: Problem[];
  /** Deprecated settings and values. */
  warnings: Problem[];
  /** Origins of values that are not literally in the file, by path of the setting. */
  origins: Map<string, ValueOrigin>;
  /** Paths of all settings, for suggestions about names in the wrong section. */
  knownPaths: readonly string[];
}

/**
 * Builds a section from a tree. Missing and `null` values get the default (in YAML, a section with only comments is `null`).
 * Substitutes text, and reports a problem for each unknown key. Does not validate values.
 */
export function buildSection<T extends object>(
  type: SectionClass<T>,
  tree: unknown,
  path: string,
  report: AssemblyReport,
): T {
  const section = new type();
  const settings = settingsOf(type);
  if (!isMap(tree)) {
    const allowed = `must be a section with ${[...settings.keys()].join(', ')}`;
    report.problems.push({ path, message: `${allowed}; found ${describeActualValue(tree, undefined, 'hidden')}` });
    return section;
  }
  for (const [name, found] of Object.entries(tree)) {
    const setting = settings.get(name);
    const settingPath = path === '' ? name : `${path}.${name}`;
    if (setting) {
      const value = readSetting(setting.kind, found, settingPath, report);
      if (value !== undefined) Reflect.set(section, name, value);
    } else {
      const message = unknownKey(name, [...settings.keys()], report);
      report.problems.push({ path: path === '' ? truncateName(name) : `${path}.${truncateName(name)}`, message });
    }
  }
  return section;
}

function readSetting(kind: SettingKind, found: unknown, path: string, report: AssemblyReport): unknown {
  const isNothing = found === null || found === undefined || (found instanceof OverriddenValue && found.value === null);
  if (isNothing) return undefined;
  if (found instanceof RenamedValue) return readRenamed(kind, found, path, report);
  switch (kind.form) {
    case 'section':
      return buildSection(kind.type, found, path, report);
    case 'sections':
      if (!Array.isArray(found)) return rejectNonList(found, path, report);
      return found.map((entry: unknown, index) => buildSection(kind.type, entry, `${path}[${index}]`, report));
    case 'text':
    case 'scalar':
      return readText(kind, found, path, report);
    case 'list':
      if (!Array.isArray(found)) return readText(kind, found, path, report);
      return found.map((entry: unknown, index) => readEntry(kind, entry, `${path}[${index}]`, report));
    case 'map':
      if (!isMap(found)) return readText(kind, found, path, report);
      return Object.fromEntries(
        Object.entries(found).map(([name, entry]) => [name, readEntry(kind, entry, `${path}.${name}`, report)]),
      );
    default:
      return kind satisfies never;
  }
}

function readRenamed(
  kind: SettingKind,
  { value, from, convert }: RenamedValue,
  path: string,
  report: AssemblyReport,
): unknown {
  const read = readSetting(kind, value, path, report);
  if (convert === 'invert' && typeof read === 'boolean') return !read;
  // Messages about the value contain the former name, because the file contains that name.
  const isSingle = kind.form === 'text' || kind.form === 'scalar';
  if (isSingle && !report.origins.has(path)) report.origins.set(path, { name: from, discloses: 'value' });
  return read;
}

function rejectNonList(found: unknown, path: string, report: AssemblyReport): undefined {
  report.problems.push({ path, message: `must be a list; found ${describeActualValue(found, undefined, 'hidden')}` });
}

/** Reads an entry of a list or map, which is text. An empty entry stays, so that the validators reject it. */
function readEntry(kind: ValueKind, found: unknown, path: string, report: AssemblyReport): unknown {
  return readText({ ...kind, form: 'text' }, found, path, report) ?? '';
}

function readText(kind: ValueKind, found: unknown, path: string, report: AssemblyReport): unknown {
  return presentValue(kind, valueOf(kind, found, path, report), path, report);
}

function presentValue({ formerValues }: ValueKind, value: unknown, path: string, report: AssemblyReport): unknown {
  if (formerValues === undefined || !['string', 'boolean'].includes(typeof value)) return value;
  const written = String(value);
  if (!Object.hasOwn(formerValues, written)) return value;
  const present = formerValues[written];
  report.warnings.push({ path, message: `${written} is the former value of ${present}; use ${present}` });
  return present;
}

function valueOf(kind: ValueKind, found: unknown, path: string, report: AssemblyReport): unknown {
  if (found instanceof OverriddenValue) {
    report.origins.set(path, found.origin);
    return found.value;
  }
  if (typeof found !== 'string') return found;
  const { text, origin, extent, problems, unresolved } = substitute(found, report.sources);
  report.problems.push(...problems.map((message) => ({ path, message })));
  (report.unresolved ?? report.problems).push(...unresolved.map((message) => ({ path, message })));
  if (origin) report.origins.set(path, origin);
  // An empty variable counts as unset.
  if (problems.length > 0 || unresolved.length > 0 || (extent === 'all' && text === '')) return undefined;
  return extent === 'all' && kind.form === 'scalar' ? (parseScalar(text) ?? undefined) : text;
}

function unknownKey(name: string, siblings: readonly string[], report: AssemblyReport): string {
  const elsewhere = report.knownPaths.filter((path) => path.endsWith(`.${name}`));
  const guesses = [closestName(name, siblings), ...elsewhere].filter((guess) => guess !== undefined);
  const suggestion = guesses.length > 0 ? `; did you mean ${guesses.join(' or ')}?` : '.';
  return `is not a setting${suggestion} Allowed here: ${siblings.join(', ')}`;
}
