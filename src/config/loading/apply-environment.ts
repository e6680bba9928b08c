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
  setting: SettingPath;
  convert?: SettingRename['convert'];
}

/** A variable of the form `GATEWAY__SECTION__KEY`. `rename` is set if it has the former name of a setting. */
interface Override {
  name: string;
  text: string;
  written: string[];
  rename?: SettingRename;
}

/** Problems and warnings about the variables of a process. */
export interface EnvironmentReport {
  problems: Problem[];
  warnings: Problem[];
}

/**
 * Applies the environment to the tree of the file: well-known variables, then `GATEWAY__SECTION__KEY`. A variable replaces
 * the whole value of its setting, also for lists and maps. An empty variable counts as unset, because compose files pass on
 * variables that do not exist. Variables with former names come before those with present names.
 */
export function applyEnvironment(tree: Tree, environment: Environment): EnvironmentReport {
  const problems: Problem[] = [];
  for (const { name, setting: path, overrides: beats, read } of wellKnownVariables) {
    const found = environment[name];
    const text = found && read ? read(found) : found;
    const setting = findSetting(path.split('.'));
    if (!text || 'problem' in setting) continue;
    if (beats === 'file' || !isSet(tree, setting.names)) problems.push(...put(tree, { name, text, setting }));
  }
  const overrides = overridesIn(environment);
  for (const { name, text, written, rename } of overrides) {
    const setting = findSetting(written);
    if ('problem' in setting) problems.push({ path: shownName(name), message: setting.problem });
    else problems.push(...put(tree, { name, text, setting, convert: rename?.convert }));
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

/** Returns the variable in its usual spelling, so that two spellings of a name are equal. */
function variableOf(written: readonly string[]): string {
  const place = findSetting(written);
  return environmentVariableOf('problem' in place ? written.join('.') : place.names.join('.'));
}

/** Returns the name for messages. Text that is not a variable name may be a secret in the wrong place. */
function shownName(name: string): string {
  return /^\w+$/.test(name) ? name : `${overridePrefix}${HIDDEN}`;
}

/** Returns overrides of sections before those of their settings: `GATEWAY__SERVER__PORT` refines `GATEWAY__SERVER`. */
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

function put(tree: Tree, { name, text, setting, convert }: Variable): Problem[] {
  let section = tree;
  for (const parent of setting.names.slice(0, -1)) {
    const below = section[parent] ?? {};
    // The file has no section here. Reading the tree reports that problem.
    if (!isMap(below)) return [];
    section[parent] = below;
    section = below;
  }
  try {
    const value = parseVariable(text, setting.kind, { name, discloses: 'value' });
    section[setting.names.at(-1) ?? ''] = convert === undefined ? value : new RenamedValue(value, name, convert);
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
