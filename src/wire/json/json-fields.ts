import { isExactNumber } from './exact-json.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The fields of an object; of anything else none. */
export function asRecord(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The members of a list that are objects; other members are the model's to refuse. */
export function asRecordList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isExactNumber(value);
}
