import { isExactNumber } from './exact-json.ts';

/** A JSON object whose fields are not validated. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns a value as an object; an empty object if it is none. */
export function asRecord(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** Returns a value as a list; an empty list if it is none. Entries are not checked. */
export function asRecordList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Returns true for a JSON object. False for lists and for exact numbers. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}
