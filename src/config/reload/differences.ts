import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '../load-config.ts';
import { describeActualValue } from '../loading/describe-value.ts';
import type { ValueOrigin } from '../loading/overridden-value.ts';
import type { SettingKind, ValueKind } from '../settings/kinds.ts';
import { type SettingMetadata, settingsOf } from '../settings/setting.ts';

/** A setting whose value differs between two configurations. */
export interface Difference {
  /** `limits.requestsPerMinute`, `auth.keys[team-a].models`. */
  path: string;
  /** The change: `60 → 120`, `added "nova-pro"`, `removed`. Secrets and substituted values are not shown. */
  change: string;
  takesEffect: 'at once' | 'on restart';
}

/** A value within one of the two configurations, with its origins. */
interface Side {
  value: unknown;
  /** Path as in `origins`, in which list entries have numbers. */
  path: string;
  origins: ReadonlyMap<string, ValueOrigin>;
}

interface ChangeLocation {
  path: string;
  takesEffect: Difference['takesEffect'];
}

const hidden = '(not shown)';
const unset = 'not set';

/** Returns the differences in the order of the settings. Entries of lists are identified by name or id. */
export function differences(before: LoadedConfig, after: LoadedConfig): Difference[] {
  const root = { path: '', takesEffect: 'at once' } as const;
  return sectionDifferences(
    { value: before.config, path: '', origins: before.origins },
    { value: after.config, path: '', origins: after.origins },
    after.config.constructor,
    root,
  );
}

/** Returns the differences between two sections of a class without substituted values. Paths begin with the setting. */
export function sectionChanges(before: object, after: object, type: object): Difference[] {
  const side = (value: object): Side => ({ value, path: '', origins: new Map() });
  return sectionDifferences(side(before), side(after), type, { path: '', takesEffect: 'at once' });
}

function sectionDifferences(before: Side, after: Side, type: object, location: ChangeLocation): Difference[] {
  return [...settingsOf(type).values()].flatMap((setting) =>
    settingDifferences(child(before, setting.name), child(after, setting.name), setting, {
      path: location.path === '' ? setting.name : `${location.path}.${setting.name}`,
      takesEffect: setting.kind.holds === 'until restart' ? 'on restart' : location.takesEffect,
    }),
  );
}

function settingDifferences(
  before: Side,
  after: Side,
  { kind }: SettingMetadata,
  location: ChangeLocation,
): Difference[] {
  if (isDeepStrictEqual(before.value, after.value)) return [];
  switch (kind.form) {
    case 'section':
      return sectionDifferences(before, after, kind.type, location);
    case 'sections':
      return entryDifferences(before, after, kind.type, location);
    case 'list':
      return [{ ...location, change: listOrValueChange(before, after, kind) }];
    case 'map':
      return keysOf(before, after).flatMap((key) => {
        const [one, other] = [child(before, key), child(after, key)];
        if (one.value === other.value) return [];
        return [{ ...location, path: `${location.path}[${key}]`, change: valueChange(one, other, kind) }];
      });
    case 'text':
    case 'scalar':
      return [{ ...location, change: valueChange(before, after, kind) }];
    default:
      return kind satisfies never;
  }
}

function valueChange(before: Side, after: Side, kind: ValueKind): string {
  const [oldText, newText] = [shown(before, kind), shown(after, kind)];
  return oldText === newText ? `changed ${hidden}` : `${oldText} → ${newText}`;
}

function shown({ value, path, origins }: Side, { secret }: SettingKind & { secret?: true }): string {
  if (value === undefined) return unset;
  return secret ? hidden : describeActualValue(value, origins.get(path), 'shown');
}

/** Describes the change of a setting that accepts a single value or a list. */
function listOrValueChange(before: Side, after: Side, kind: ValueKind): string {
  const isList = [before, after].every(({ value }) => value === undefined || Array.isArray(value));
  return isList ? listChange(before, after, kind) : valueChange(before, after, kind);
}

function listChange(before: Side, after: Side, kind: ValueKind): string {
  const removed = entriesOf(before).filter(({ value }) => !includes(after, value));
  const added = entriesOf(after).filter(({ value }) => !includes(before, value));
  const parts = [
    ...removed.map((entry) => `removed ${shown(entry, kind)}`),
    ...added.map((entry) => `added ${shown(entry, kind)}`),
  ];
  if (parts.length > 0) return parts.join(', ');
  return before.value === undefined ? 'set to an empty list' : after.value === undefined ? unset : 'order changed';
}

function entryDifferences(before: Side, after: Side, type: object, location: ChangeLocation): Difference[] {
  const [oldEntries, newEntries] = [namedEntries(before), namedEntries(after)];
  const found: Difference[] = [];
  for (const name of new Set([...oldEntries.keys(), ...newEntries.keys()])) {
    const [one, other] = [oldEntries.get(name), newEntries.get(name)];
    const path = `${location.path}[${name}]`;
    if (one && other) found.push(...sectionDifferences(one, other, type, { ...location, path }));
    else found.push({ ...location, path, change: one ? 'removed' : 'added' });
  }
  const oldOrder = [...oldEntries.keys()].filter((name) => newEntries.has(name));
  const newOrder = [...newEntries.keys()].filter((name) => oldEntries.has(name));
  if (!isDeepStrictEqual(oldOrder, newOrder)) found.push({ ...location, change: 'order changed' });
  return found;
}

/** Returns entries by name or id; by number if they have none, or if it is not unique. */
function namedEntries(list: Side): Map<string, Side> {
  const entries = entriesOf(list);
  const named = new Map(entries.map((entry) => [nameOf(entry.value), entry]));
  const isEachNamed = named.size === entries.length && !named.has(undefined);
  return new Map(entries.map((entry, index) => [isEachNamed ? (nameOf(entry.value) ?? '') : String(index), entry]));
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const name: unknown = 'name' in entry ? entry.name : 'id' in entry ? entry.id : undefined;
  return typeof name === 'string' ? name : undefined;
}

function entriesOf({ value, path, origins }: Side): Side[] {
  if (!Array.isArray(value)) return [];
  return value.map((entry: unknown, index) => {
    const entryPath = `${path}[${index}]`;
    return { value: entry, path: origins.has(path) ? path : entryPath, origins };
  });
}

function includes(list: Side, entry: unknown): boolean {
  return entriesOf(list).some(({ value }) => isDeepStrictEqual(value, entry));
}

function keysOf(before: Side, after: Side): string[] {
  return [...new Set([before, after].flatMap(({ value }) => Object.keys(value ?? {})))];
}

function child({ value, path, origins }: Side, name: string): Side {
  const inner: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  const childPath = path === '' ? name : `${path}.${name}`;
  return { value: inner, path: origins.has(childPath) ? childPath : origins.has(path) ? path : childPath, origins };
}
