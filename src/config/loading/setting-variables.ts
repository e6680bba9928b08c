import { GatewayConfig } from '../gateway-config.ts';
import type { SettingKind } from '../settings/kinds.ts';
import { SETTING_RENAMES, type SettingRename } from '../settings/renamed-settings.ts';
import type { SectionClass } from '../settings/section-class.ts';
import { settingPaths, settingsOf } from '../settings/setting.ts';
import { closestName, normalizeName } from './nearest-name.ts';

export const overridePrefix = 'GATEWAY__';

/** A setting of the tree, with its path: `['server', 'bodyLimitBytes']`. */
export interface SettingPath {
  names: string[];
  kind: SettingKind;
}

/** Returns the variable that overrides a setting: `GATEWAY__SERVER__BODY_LIMIT_BYTES` for `server.bodyLimitBytes`. */
export function environmentVariableOf(path: string): string {
  const parts = path.split('.').map((name) => name.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase());
  return overridePrefix + parts.join('__');
}

/** A variable with the former name of a setting, as the present name would be written. */
export interface FormerVariable {
  rename: SettingRename;
  written: string[];
}

/** Returns the present name of a setting for a variable that has its former name; undefined for all others. */
export function findFormerVariable(written: readonly string[]): FormerVariable | undefined {
  const plain = written.map(normalizeName);
  const isPrefix = (path: string) => path.split('.').every((name, depth) => normalizeName(name) === plain[depth]);
  // The row of a setting inside a renamed section follows the row of the section.
  const rename = SETTING_RENAMES.filter(({ from }) => isPrefix(from)).at(-1);
  if (rename === undefined) return undefined;
  return { rename, written: [...rename.to.split('.'), ...written.slice(rename.from.split('.').length)] };
}

/** Finds the setting that `['SERVER', 'BODY_LIMIT_BYTES']` names in any case. Returns the problem of any other name. */
export function findSetting(written: readonly string[]): SettingPath | { problem: string } {
  let type: SectionClass = GatewayConfig;
  const names: string[] = [];
  for (const [depth, part] of written.entries()) {
    const setting = [...settingsOf(type).values()].find(({ name }) => normalizeName(name) === normalizeName(part));
    if (!setting) return { problem: unknownSetting(written, names, type) };
    names.push(setting.name);
    if (depth === written.length - 1) return { names, kind: setting.kind };
    if (setting.kind.form !== 'section') {
      return {
        problem: `entries of ${names.join('.')} cannot be set one by one; set ${environmentVariableOf(names.join('.'))}`,
      };
    }
    type = setting.kind.type;
  }
  return { problem: 'is not the name of a setting' };
}

function unknownSetting(written: readonly string[], names: readonly string[], type: SectionClass): string {
  const guess = closestName(written.join('.'), settingPaths(GatewayConfig));
  const where = names.length === 0 ? 'sections are' : `${names.join('.')} has`;
  const allowed = `${where} ${[...settingsOf(type).keys()].join(', ')}`;
  return guess
    ? `is not the name of a setting; did you mean ${environmentVariableOf(guess)}?`
    : `is not the name of a setting; ${allowed}`;
}
