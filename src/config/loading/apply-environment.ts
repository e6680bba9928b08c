import type { Problem } from '../settings/config-error.ts';
import { HIDDEN } from '../mask-secrets.ts';
import { isMap, parseVariable, RenamedValue } from './overridden-value.ts';
import { FORMER_NAMES_END, type SettingRename } from '../settings/renamed-settings.ts';
import {
  environmentVariableOf,
  findFormerVariable,
  findSetting,
  overridePrefix,
  type SettingPath,
} from './setting-variables.ts';
import type { Environment } from './substitution.ts';
import { wellKnownVariables } from './well-known-variables.ts';

type Tree = Record<string, unknown>;

interface Variable {
  name: string;
  text: string;
  place: SettingPath;
  convert?: SettingRename['convert'];
}

/** A variable of the form `GATEWAY__SECTION__KEY`. `rename` is there where it has the former name of a setting. */
interface Override {
  name: string;
  text: string;
  written: string[];
  rename?: SettingRename;
}

/** What the variables of a process add to the messages about its configuration. */
export interface EnvironmentReport {
  problems: Problem[];
  warnings: Problem[];
}

/**
 * Lays the environment over the tree of the file: well-known variables, then `GATEWAY__SECTION__KEY`. A variable
 * replaces what it names as a whole, lists and maps too. An empty variable counts as unset, because compose files
 * pass those on for variables that are not there. Variables with former names come before those with present names.
 */
export function applyEnvironment(tree: Tree, environment: Environment): EnvironmentReport {
  const problems: Problem[] = [];
  for (const { name, setting, beats, read } of wellKnownVariables) {
    const found = environment[name];
    const text = found && read ? read(found) : found;
    const place = findSetting(setting.split('.'));
    if (!text || 'problem' in place) continue;
    if (beats === 'file' || !isSet(tree, place.names)) problems.push(...put(tree, { name, text, place }));
  }
  const overrides = overridesIn(environment);
  for (const { name, text, written, rename } of overrides) {
    const place = findSetting(written);
    if ('problem' in place) problems.push({ path: shownName(name), message: place.problem });
    else problems.push(...put(tree, { name, text, place, convert: rename?.convert }));
  }
  return { problems, warnings: formerNames(overrides) };
}

/** Returns a warning for each variable with the former name of a setting. */
function formerNames(overrides: readonly Override[]): Problem[] {
  return overrides.flatMap(({ name, written, rename }) => {
    if (rename === undefined) return [];
    const setting = variableOf(written);
    const stronger = overrides.find(
      (other) => !other.rename && `${setting}__`.startsWith(`${variableOf(other.written)}__`),
    );
    if (stronger) return [{ path: name, message: `is ignored, because ${stronger.name} is set` }];
    const opposite = rename.convert === 'invert' ? ' with the opposite value' : '';
    return [
      {
        path: name,
        message: `has a new name; set ${setting}${opposite}. The former name ends with release ${FORMER_NAMES_END}`,
      },
    ];
  });
}

/** The variable in its usual spelling, so that two spellings of a name are equal. */
function variableOf(written: readonly string[]): string {
  const place = findSetting(written);
  return environmentVariableOf('problem' in place ? written.join('.') : place.names.join('.'));
}

/** What is no name of a variable may be a secret that took its place. */
function shownName(name: string): string {
  return /^\w+$/.test(name) ? name : `${overridePrefix}${HIDDEN}`;
}

/** Outer ones first: `GATEWAY__SERVER__PORT` refines what `GATEWAY__SERVER` says. */
function overridesIn(environment: Environment): Override[] {
  return Object.entries(environment)
    .filter(([name, text]) => name.toUpperCase().startsWith(overridePrefix) && text)
    .map(([name, text = '']): Override => {
      const written = name.slice(overridePrefix.length).split('__');
      return { name, text, written, ...findFormerVariable(written) };
    })
    .sort(
      (one, other) =>
        Number(one.rename === undefined) - Number(other.rename === undefined) ||
        one.written.length - other.written.length ||
        (one.name < other.name ? -1 : 1),
    );
}

function put(tree: Tree, { name, text, place, convert }: Variable): Problem[] {
  let section = tree;
  for (const parent of place.names.slice(0, -1)) {
    const below = section[parent] ?? {};
    // The file has no section there: its own mistake, which is reported when the tree is read.
    if (!isMap(below)) return [];
    section[parent] = below;
    section = below;
  }
  try {
    const value = parseVariable(text, place.kind, { name, discloses: 'value' });
    section[place.names.at(-1) ?? ''] = convert === undefined ? value : new RenamedValue(value, name, convert);
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
