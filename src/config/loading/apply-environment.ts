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
  setting: SettingPath;
}

/**
 * Applies the environment to the tree of the file: well-known variables, then `GATEWAY__SECTION__KEY`. A variable replaces
 * the whole value of its setting, also for lists and maps. An empty variable counts as unset, because compose files pass on
 * variables that do not exist.
 */
export function applyEnvironment(tree: Tree, environment: Environment): Problem[] {
  const problems: Problem[] = [];
  for (const { name, setting: path, beats, read } of wellKnownVariables) {
    const found = environment[name];
    const text = found && read ? read(found) : found;
    const setting = findSetting(path.split('.'));
    if (!text || 'problem' in setting) continue;
    if (beats === 'file' || !isSet(tree, setting.names)) problems.push(...put(tree, { name, text, setting }));
  }
  for (const { name, text, written } of overridesIn(environment)) {
    const setting = findSetting(written);
    if ('problem' in setting) problems.push({ path: shownName(name), message: setting.problem });
    else problems.push(...put(tree, { name, text, setting }));
  }
  return problems;
}

/** Returns the name for messages. Text that is not a variable name may be a secret in the wrong place. */
function shownName(name: string): string {
  return /^\w+$/.test(name) ? name : `${overridePrefix}${HIDDEN}`;
}

/** Returns overrides of sections before those of their settings: `GATEWAY__SERVER__PORT` refines `GATEWAY__SERVER`. */
function overridesIn(environment: Environment): { name: string; text: string; written: string[] }[] {
  return Object.entries(environment)
    .filter(([name, text]) => name.toUpperCase().startsWith(overridePrefix) && text)
    .map(([name, text = '']) => ({ name, text, written: name.slice(overridePrefix.length).split('__') }))
    .sort((one, other) => one.written.length - other.written.length || (one.name < other.name ? -1 : 1));
}

function put(tree: Tree, { name, text, setting }: Variable): Problem[] {
  let section = tree;
  for (const parent of setting.names.slice(0, -1)) {
    const below = section[parent] ?? {};
    // The file has no section here. Reading the tree reports that problem.
    if (!isMap(below)) return [];
    section[parent] = below;
    section = below;
  }
  try {
    section[setting.names.at(-1) ?? ''] = parseVariable(text, setting.kind, { name, discloses: 'value' });
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
