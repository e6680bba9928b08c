import type { Problem } from '../settings/config-error.ts';
import {
  FORMER_NAMES_END,
  isSectionRename,
  SETTING_RENAMES,
  type SettingRename,
} from '../settings/renamed-settings.ts';
import { isMap, OverriddenValue, RenamedValue } from '../loading/overridden-value.ts';

type SettingTree = Record<string, unknown>;

/** A map of the tree and its path, without a dot at the end; the root has an empty path. */
interface MapInTree {
  map: SettingTree;
  path: string;
}

/** A rename, relative to the map that contains the setting. */
interface RenameInside {
  /** Path of the value, with the present names of its sections. */
  from: string[];
  /** Former name, as the file contains it. */
  written: string;
  to: string[];
}

/**
 * Moves each value of the tree that has a former name to its present name, in place. Returns a warning for each.
 * If a tree has both names, the present name has precedence. A shared file may contain both during an upgrade.
 */
export function moveRenamedSettings(tree: SettingTree): Problem[] {
  return SETTING_RENAMES.flatMap((rename) => {
    const { list, ...names } = insideList(rename);
    return mapsInLists({ map: tree, path: '' }, list).flatMap((place) => moveSetting(place, names, rename.convert));
  });
}

/** Separates the lists of a path: `models.custom[].like` is `like` in each entry of `models.custom`. */
function insideList({ from, to }: SettingRename): RenameInside & { list: string[] } {
  const end = from.lastIndexOf('[].');
  const inside = end === -1 ? 0 : end + 3;
  return {
    list: end === -1 ? [] : from.slice(0, end).split('[].'),
    from: presentParents(from).slice(inside).split('.'),
    written: from.slice(inside),
    to: to.slice(inside).split('.'),
  };
}

/** Returns the path with present section names. Sections are moved first, so `caching.auto` is at `promptCache.auto`. */
function presentParents(from: string): string {
  const section = SETTING_RENAMES.find((rename) => isSectionRename(rename) && from.startsWith(`${rename.from}.`));
  return section === undefined ? from : section.to + from.slice(section.from.length);
}

function mapsInLists(place: MapInTree, [list, ...deeper]: readonly string[]): MapInTree[] {
  if (list === undefined) return [place];
  const holder = nestedValue(place.map, list.split('.'));
  if (!Array.isArray(holder)) return [];
  return holder.flatMap((entry: unknown, index) =>
    isMap(entry) ? mapsInLists({ map: entry, path: joinedPath(place.path, `${list}[${index}]`) }, deeper) : [],
  );
}

function nestedValue(map: SettingTree, names: readonly string[]): unknown {
  let value: unknown = map;
  for (const name of names) value = isMap(value) ? value[name] : undefined;
  return value;
}

function moveSetting(
  { map, path }: MapInTree,
  { from, written, to }: RenameInside,
  convert: SettingRename['convert'],
): Problem[] {
  const former = nestedValue(map, from.slice(0, -1));
  const formerName = from.at(-1) ?? '';
  if (!isMap(former) || !Object.hasOwn(former, formerName)) return [];
  const value = former[formerName];
  delete former[formerName];
  const names = { former: joinedPath(path, written), present: joinedPath(path, to.join('.')) };
  const parent = presentParentOf(map, to);
  const name = to.at(-1) ?? '';
  // The parent is undefined if a value on its path is not a section. `buildSection` reports that problem.
  if (parent === undefined || hasNoValue(value)) return [renameWarning(names, convert)];
  const present = parent[name];
  if (hasNoValue(present)) parent[name] = isMap(value) ? value : new RenamedValue(value, names.former, convert);
  else if (isMap(present) && isMap(value))
    return [renameWarning(names, convert), ...mergeSections(present, value, names)];
  else return [ignoredWarning(names)];
  return [renameWarning(names, convert)];
}

/** Moves the entries of a section for which the tree has both names. Returns the entries that occur under both. */
function mergeSections(
  present: SettingTree,
  former: SettingTree,
  names: { former: string; present: string },
): Problem[] {
  return Object.entries(former).flatMap(([name, value]) => {
    if (hasNoValue(present[name])) present[name] = value;
    else return [ignoredWarning({ former: `${names.former}.${name}`, present: `${names.present}.${name}` })];
    return [];
  });
}

function presentParentOf(map: SettingTree, names: readonly string[]): SettingTree | undefined {
  let parent = map;
  for (const name of names.slice(0, -1)) {
    const below = parent[name] ?? {};
    if (!isMap(below)) return undefined;
    parent[name] = below;
    parent = below;
  }
  return parent;
}

function hasNoValue(value: unknown): boolean {
  const found = value instanceof OverriddenValue ? value.value : value;
  return found === null || found === undefined;
}

function renameWarning(
  { former, present }: { former: string; present: string },
  convert: SettingRename['convert'],
): Problem {
  const opposite = convert === 'invert' ? ' with the opposite value' : '';
  return {
    path: former,
    message: `has a new name; write ${present}${opposite}. The former name ends with release ${FORMER_NAMES_END}`,
  };
}

function ignoredWarning({ former, present }: { former: string; present: string }): Problem {
  return { path: former, message: `is ignored, because ${present}, its new name, is set` };
}

function joinedPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
