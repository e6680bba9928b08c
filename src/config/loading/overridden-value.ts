import type { SettingKind } from '../settings/kinds.ts';
import type { SettingRename } from '../settings/renamed-settings.ts';
import { parseYaml } from './parse-yaml.ts';

/** The origin of a value that is not literally in the file. */
export interface ValueOrigin {
  /** `GATEWAY__SERVER__PORT`, or `the value of ${PORT}`. */
  name: string;
  /**
   * `nothing` for substitutions, whose values may be secret. A variable that is named like a setting is as secret as the
   * setting.
   */
  discloses: 'value' | 'nothing';
}

/** A value from the environment that overrides the tree of the file. */
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

/** Parses a YAML scalar. Returns numbers, booleans and null as such, and everything else as text. */
export function parseScalar(text: string): unknown {
  if (text.length > 64) return text;
  const { tree } = parseYaml(text);
  return tree === null || typeof tree === 'number' || typeof tree === 'boolean' ? tree : text;
}

/**
 * Parses the text of a variable for a setting. Text settings use the text literally (in YAML, `outcrop:` would be a map),
 * without quotation marks around the whole text. Other settings parse it as YAML. Throws for invalid YAML.
 */
export function parseVariable(text: string, kind: SettingKind, origin: ValueOrigin): unknown {
  const isQuoted = /^(".*"|'.*')$/s.test(text);
  if (kind.form === 'text' && !isQuoted) return new OverriddenValue(text, origin);
  const parsed = parseYaml(text);
  if (parsed.problems) throw new Error(parsed.problems.map(({ path, message }) => `${message} (${path})`).join('; '));
  return overrideAll(parsed.tree, origin);
}

function overrideAll(value: unknown, origin: ValueOrigin): unknown {
  if (Array.isArray(value)) return value.map((entry) => overrideAll(entry, origin));
  if (isMap(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, overrideAll(entry, origin)]));
  }
  return new OverriddenValue(value, origin);
}
