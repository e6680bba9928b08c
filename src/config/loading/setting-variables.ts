import { GatewayConfig } from '../gateway-config.ts';
import type { SettingKind } from '../settings/kinds.ts';
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

/** Finds the setting for a name such as `['SERVER', 'BODY_LIMIT_BYTES']` in any case. Otherwise returns the problem. */
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
