import { isDeepStrictEqual } from 'node:util';
import { settingsOf } from '../settings/setting.ts';

/**
 * What a running process makes of a new configuration: what holds until a restart stays as it is, and what has not
 * changed stays the same object, so that nobody makes anew what was made from it.
 */
export function keepRestartSettings<T extends object>(previous: T, next: T): T {
  const settled = Object.create(Object.getPrototypeOf(next) as object) as T;
  let isNew = false;
  for (const { name, kind } of settingsOf(next.constructor).values()) {
    const before: unknown = Reflect.get(previous, name);
    const after: unknown = Reflect.get(next, name);
    const value = kind.holds === 'until restart' ? before : settleValue(before, after, kind.form);
    if (value !== undefined) Reflect.set(settled, name, value);
    isNew ||= value !== before;
  }
  return isNew ? Object.freeze(settled) : previous;
}

function settleValue(before: unknown, after: unknown, form: string): unknown {
  if (form === 'section' && isObject(before) && isObject(after)) return keepRestartSettings(before, after);
  return isDeepStrictEqual(before, after) ? before : after;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
