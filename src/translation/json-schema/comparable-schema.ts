import { doubleOf, isExactNumber } from '../../wire/json/exact-json.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * Returns a schema whose numbers are doubles, so that they can be compared with those of answers. Numbers outside the
 * range of doubles become the largest double. Returns the same object if nothing changes. Throws RangeError if the
 * schema's depth overflows the stack.
 */
export function comparableSchema(schema: JsonSchema): JsonSchema {
  return comparable(schema) as JsonSchema;
}

function comparable(value: unknown): unknown {
  if (typeof value === 'number') return finite(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isExactNumber(value)) return finite(doubleOf(value));
  if (Array.isArray(value)) {
    const list = value.map(comparable);
    return list.every((each, index) => each === value[index]) ? value : list;
  }
  const entries = Object.entries(value).map(([name, each]) => [name, comparable(each)] as const);
  return entries.every(([name, each]) => each === (value as JsonSchema)[name]) ? value : Object.fromEntries(entries);
}

function finite(number: number): number {
  if (number === Infinity) return Number.MAX_VALUE;
  return number === -Infinity ? -Number.MAX_VALUE : number;
}
