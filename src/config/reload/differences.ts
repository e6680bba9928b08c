import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '../load-config.ts';
import { describeActualValue } from '../loading/describe-value.ts';
import type { ValueOrigin } from '../loading/overridden-value.ts';
import type { SettingKind, ValueKind } from '../settings/kinds.ts';
import { type SettingMetadata, settingsOf } from '../settings/setting.ts';

/** One setting that two configurations say differently. */
export interface Difference {
  /** `limits.requestsPerMinute`, `auth.keys[team-a].models`. */
  path: string;
  /** `60 → 120`, `added "nova-pro"`, `removed`; secrets and what was substituted are not shown. */
  change: string;
  takesEffect: 'at once' | 'on restart';
}

/** One of the two, on the way down: a section or a value of it, and what is known of where it comes from. */
interface Side {
  value: unknown;
  /** As the origins name it: entries of lists by their number. */
  path: string;
  origins: ReadonlyMap<string, ValueOrigin>;
}

interface Place {
  path: string;
  takesEffect: Difference['takesEffect'];
}

const hidden = '(not shown)';
const unset = 'not set';

/** What is different, in the order of the settings; entries of lists are known by their name or id. */
export function differences(before: LoadedConfig, after: LoadedConfig): Difference[] {
  const root = { path: '', takesEffect: 'at once' } as const;
  return sectionDifferences(
    { value: before.config, path: '', origins: before.origins },
    { value: after.config, path: '', origins: after.origins },
    after.config.constructor,
    root,
  );
}

function sectionDifferences(before: Side, after: Side, type: object, place: Place): Difference[] {
  return [...settingsOf(type).values()].flatMap((setting) =>
    settingDifferences(child(before, setting.name), child(after, setting.name), setting, {
      path: place.path === '' ? setting.name : `${place.path}.${setting.name}`,
      takesEffect: setting.kind.holds === 'until restart' ? 'on restart' : place.takesEffect,
    }),
  );
}

function settingDifferences(before: Side, after: Side, { kind }: SettingMetadata, place: Place): Difference[] {
  if (isDeepStrictEqual(before.value, after.value)) return [];
  switch (kind.form) {
    case 'section':
      return sectionDifferences(before, after, kind.type, place);
    case 'sections':
      return entryDifferences(before, after, kind.type, place);
    case 'list':
      return [{ ...place, change: listOrValueChange(before, after, kind) }];
    case 'map':
      return keysOf(before, after).flatMap((key) => {
        const [one, other] = [child(before, key), child(after, key)];
        if (one.value === other.value) return [];
        return [{ ...place, path: `${place.path}[${key}]`, change: valueChange(one, other, kind) }];
      });
    case 'text':
    case 'scalar':
      return [{ ...place, change: valueChange(before, after, kind) }];
    default:
      return kind satisfies never;
  }
}

function valueChange(before: Side, after: Side, kind: ValueKind): string {
  const [was, becomes] = [shown(before, kind), shown(after, kind)];
  return was === becomes ? `changed ${hidden}` : `${was} → ${becomes}`;
}

function shown({ value, path, origins }: Side, { secret }: SettingKind & { secret?: true }): string {
  if (value === undefined) return unset;
  return secret ? hidden : describeActualValue(value, origins.get(path), 'shown');
}

/** A setting may take a single value in place of a list. */
function listOrValueChange(before: Side, after: Side, kind: ValueKind): string {
  const isList = [before, after].every(({ value }) => value === undefined || Array.isArray(value));
  return isList ? listChange(before, after, kind) : valueChange(before, after, kind);
}

function listChange(before: Side, after: Side, kind: ValueKind): string {
  const removed = entriesOf(before).filter(({ value }) => !includes(after, value));
  const added = entriesOf(after).filter(({ value }) => !includes(before, value));
  const words = [
    ...removed.map((entry) => `removed ${shown(entry, kind)}`),
    ...added.map((entry) => `added ${shown(entry, kind)}`),
  ];
  if (words.length > 0) return words.join(', ');
  return before.value === undefined ? 'set to an empty list' : after.value === undefined ? unset : 'another order';
}

function entryDifferences(before: Side, after: Side, type: object, place: Place): Difference[] {
  const [was, becomes] = [namedEntries(before), namedEntries(after)];
  const found: Difference[] = [];
  for (const name of new Set([...was.keys(), ...becomes.keys()])) {
    const [one, other] = [was.get(name), becomes.get(name)];
    const path = `${place.path}[${name}]`;
    if (one && other) found.push(...sectionDifferences(one, other, type, { ...place, path }));
    else found.push({ ...place, path, change: one ? 'removed' : 'added' });
  }
  const kept = [...was.keys()].filter((name) => becomes.has(name));
  const keptNow = [...becomes.keys()].filter((name) => was.has(name));
  if (!isDeepStrictEqual(kept, keptNow)) found.push({ ...place, change: 'another order' });
  return found;
}

/** Entries by their name or id; by their number where they have none, or share one. */
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
  const own = path === '' ? name : `${path}.${name}`;
  return { value: inner, path: origins.has(own) ? own : origins.has(path) ? path : own, origins };
}
