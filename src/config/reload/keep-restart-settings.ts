import { isDeepStrictEqual } from 'node:util';
import { settingsOf } from '../settings/setting.ts';

/**
 * Returns the configuration that a running process uses after a reload. Settings that need a restart keep their values.
 * Unchanged values stay the same objects, so that values derived from them are not derived again.
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
