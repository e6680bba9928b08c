import type { SettingKind } from '../settings/kinds.ts';
import type { SettingRename } from '../settings/renamed-settings.ts';
import { parseYaml } from './parse-yaml.ts';

/** Where a value comes from that is not written in the file itself. */
export interface ValueOrigin {
  /** `GATEWAY__SERVER__PORT`, or `the value of ${PORT}`. */
  name: string;
  /** What a substitution brings may be secret; a variable that is named like a setting is as secret as the setting. */
  discloses: 'value' | 'nothing';
}

/** A value from the environment, laid over the tree that the file gives. */
export class OverriddenValue {
  readonly value: unknown;
  readonly origin: ValueOrigin;

  constructor(value: unknown, origin: ValueOrigin) {
    this.value = value;
    this.origin = origin;
  }
}

/** A value that the configuration gives under the former name of its setting. */
export class RenamedValue {
  readonly value: unknown;
  /** Path of the former name. */
  readonly from: string;
  readonly convert: SettingRename['convert'];

  constructor(value: unknown, from: string, convert: SettingRename['convert']) {
    this.value = value;
    this.from = from;
    this.convert = convert;
  }
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isWrapped(value);
}

function isWrapped(value: object): boolean {
  return value instanceof OverriddenValue || value instanceof RenamedValue;
}

/** Numbers, `true`, `false` and nothing, as YAML reads them; all else is text. */
export function parseScalar(text: string): unknown {
  if (text.length > 64) return text;
  const { tree } = parseYaml(text);
  return tree === null || typeof tree === 'number' || typeof tree === 'boolean' ? tree : text;
}

/**
 * What the text of a variable means for a setting. Text settings take it letter by letter (`outcrop:` would be a map
 * in YAML) except for quotation marks around all of it; others read it as YAML. Throws when it is not.
 */
export function parseVariable(text: string, kind: SettingKind, origin: ValueOrigin): unknown {
  const isQuoted = /^(".*"|'.*')$/s.test(text);
  if (kind.form === 'text' && !isQuoted) return new OverriddenValue(text, origin);
  const parsed = parseYaml(text);
  if (parsed.problems) throw new Error(parsed.problems.map(({ path, message }) => `${message} (${path})`).join('; '));
  return giveAll(parsed.tree, origin);
}

function giveAll(value: unknown, origin: ValueOrigin): unknown {
  if (Array.isArray(value)) return value.map((entry) => giveAll(entry, origin));
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, giveAll(entry, origin)]));
  }
  return new OverriddenValue(value, origin);
}
