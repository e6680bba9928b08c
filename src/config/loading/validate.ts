import { validateSync } from '../../libraries/class-validator.ts';
import type { ValidationError } from 'class-validator';
import type { Problem } from '../settings/config-error.ts';
import type { ValueKind } from '../settings/kinds.ts';
import { settingsOf } from '../settings/setting.ts';
import { describeActualValue } from './describe-value.ts';
import type { ValueOrigin } from './overridden-value.ts';

/** Returns a problem for each setting that its validators reject, with the allowed and the actual value. */
export function validateSections(config: object, origins: ReadonlyMap<string, ValueOrigin>): Problem[] {
  return [...flattenErrors(validateSync(config), '')].map(({ path, error }) => ({
    path,
    message: explain(error, origins.get(path)),
  }));
}

interface InvalidSetting {
  path: string;
  error: ValidationError;
}

function* flattenErrors(errors: readonly ValidationError[], parent: string): Generator<InvalidSetting> {
  for (const error of errors) {
    const path = joinPath(parent, error.property);
    if (error.children && error.children.length > 0) yield* flattenErrors(error.children, path);
    else yield { path, error };
  }
}

function joinPath(parent: string, property: string): string {
  if (parent === '') return property;
  return /^\d+$/.test(property) ? `${parent}[${property}]` : `${parent}.${property}`;
}

function explain({ target, property, value }: ValidationError, origin: ValueOrigin | undefined): string {
  const setting = target && settingsOf(target.constructor).get(property);
  // Reading has rejected invalid sections and lists, so this is a single value.
  if (!setting || !('allowed' in setting.kind)) return 'is not allowed here';
  return describeInvalidValue(setting.kind, value, origin);
}

/** Describes the allowed and the actual value of a setting. `value` is undefined for a missing one. */
export function describeInvalidValue(
  { allowed, secret, form }: ValueKind,
  value: unknown,
  origin: ValueOrigin | undefined,
): string {
  if (value === undefined) return `is missing; must be ${allowed}`;
  const found = describeActualValue(value, origin, secret ? 'hidden' : 'shown');
  if (['list', 'map'].includes(form) && typeof value === 'object' && hasEntryWithoutText(value)) {
    return `must be ${allowed}; found ${found} with an entry that is empty or not text`;
  }
  const advice = form === 'text' && ['number', 'boolean'].includes(typeof value) ? '; put it in quotes' : '';
  return `must be ${allowed}; found ${found}${advice}`;
}

function hasEntryWithoutText(value: object | null): boolean {
  return Object.values(value ?? {}).some((entry) => typeof entry !== 'string' || entry === '');
}
