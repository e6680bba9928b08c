import type { Problem } from '../settings/config-error.ts';
import { HIDDEN } from '../mask-secrets.ts';
import { isMap, parseVariable } from './overridden-value.ts';
import { findSetting, overridePrefix, type SettingPath } from './setting-variables.ts';
import type { Environment } from './substitution.ts';
import { wellKnownVariables } from './well-known-variables.ts';

type Tree = Record<string, unknown>;

interface Variable {
  name: string;
  text: string;
  place: SettingPath;
}

/**
 * Lays the environment over the tree of the file: well-known variables, then `GATEWAY__SECTION__KEY`. A variable
 * replaces what it names as a whole, lists and maps too. An empty variable counts as unset, because compose files
 * pass those on for variables that are not there.
 */
export function applyEnvironment(tree: Tree, environment: Environment): Problem[] {
  const problems: Problem[] = [];
  for (const { name, setting, beats, read } of wellKnownVariables) {
    const found = environment[name];
    const text = found && read ? read(found) : found;
    const place = findSetting(setting.split('.'));
    if (!text || 'problem' in place) continue;
    if (beats === 'file' || !isSet(tree, place.names)) problems.push(...put(tree, { name, text, place }));
  }
  for (const { name, text, written } of overridesIn(environment)) {
    const place = findSetting(written);
    if ('problem' in place) problems.push({ path: shownName(name), message: place.problem });
    else problems.push(...put(tree, { name, text, place }));
  }
  return problems;
}

/** What is no name of a variable may be a secret that took its place. */
function shownName(name: string): string {
  return /^\w+$/.test(name) ? name : `${overridePrefix}${HIDDEN}`;
}

/** Outer ones first: `GATEWAY__SERVER__PORT` refines what `GATEWAY__SERVER` says. */
function overridesIn(environment: Environment): { name: string; text: string; written: string[] }[] {
  return Object.entries(environment)
    .filter(([name, text]) => name.toUpperCase().startsWith(overridePrefix) && text)
    .map(([name, text = '']) => ({ name, text, written: name.slice(overridePrefix.length).split('__') }))
    .sort((one, other) => one.written.length - other.written.length || (one.name < other.name ? -1 : 1));
}

function put(tree: Tree, { name, text, place }: Variable): Problem[] {
  let section = tree;
  for (const parent of place.names.slice(0, -1)) {
    const below = section[parent] ?? {};
    // The file has no section there: its own mistake, which is reported when the tree is read.
    if (!isMap(below)) return [];
    section[parent] = below;
    section = below;
  }
  try {
    section[place.names.at(-1) ?? ''] = parseVariable(text, place.kind, { name, discloses: 'value' });
    return [];
  } catch (error) {
    return [{ path: name, message: `is not valid YAML: ${error instanceof Error ? error.message : String(error)}` }];
  }
}

function isSet(tree: Tree, names: readonly string[]): boolean {
  let value: unknown = tree;
  for (const name of names) value = isMap(value) ? value[name] : undefined;
  return value !== undefined && value !== null;
}
