import type { GatewayError } from '../../errors/errors.ts';
import { invalidType, unsupportedValue } from '../../limits/field-errors.ts';

/** Fields of a JSON object of a request. */
export type ShapeFields = Readonly<Record<string, unknown>>;

/**
 * Effect of a dropped field. `ignored`: it has no effect on this model. `omitted`: it is part of a feature that only
 * Claude has.
 */
export type FieldLoss = 'ignored' | 'omitted';

/** A field that is checked by its value. */
export interface CheckedField {
  /** Returns how the value is reported, or the error that it causes; undefined if it has neither. */
  readonly check: (value: unknown, param: string) => FieldLoss | GatewayError | undefined;
}

/** Treatment of a field. `known`: a translator reads it, or it has no meaning for a model. */
export type FieldTreatment = 'known' | CheckedField | Shape;

/** Known fields of an object, or of each object in a list. */
export interface Shape {
  /**
   * Treatment by field name. Other fields are unknown. A map, because its lookups take half the time of an object's.
   */
  readonly fields: ReadonlyMap<string, FieldTreatment>;
  /** Returns the shape of an object that can be of several kinds; undefined for a kind that a translator rejects. */
  readonly choose?: (value: ShapeFields) => Shape | undefined;
}

/** Names of fields that need no further check. */
type Names = Readonly<Record<string, unknown>> | readonly string[];

const NO_FIELDS: Shape['fields'] = new Map();

/** Creates the shape of an object. `known`: names of known fields. `treatments`: treatment of its other fields. */
export function shapeOf(known: readonly Names[], treatments: Readonly<Record<string, FieldTreatment>> = {}): Shape {
  const fields = new Map<string, FieldTreatment>();
  for (const names of known) {
    for (const name of Array.isArray(names) ? (names as readonly string[]) : Object.keys(names))
      fields.set(name, 'known');
  }
  for (const [name, treatment] of Object.entries(treatments)) fields.set(name, treatment);
  return { fields };
}

/** Creates the shape of objects whose kind is the value of the field `field`. `kinds`: shape by value. */
export function shapeByField(field: string, kinds: Readonly<Record<string, Shape>>): Shape {
  const byKind = new Map(Object.entries(kinds));
  return shapeBy((value) => byKind.get(value[field] as string));
}

/** Creates the shape of objects whose kind is determined by a function. */
export function shapeBy(choose: (value: ShapeFields) => Shape | undefined): Shape {
  return { fields: NO_FIELDS, choose };
}

/**
 * Creates a field without effect. It is reported unless its value is unset or requests the model's default behavior.
 */
export function fieldWithoutEffect(
  loss: FieldLoss,
  isHarmless: (value: unknown) => boolean = () => false,
): CheckedField {
  return { check: (value) => (hasSetValue(value) && !isHarmless(value) ? loss : undefined) };
}

/** A field that must be a boolean. Otherwise the request gets GatewayError 400. */
export const BOOLEAN: CheckedField = {
  check: (value, param) =>
    isUnset(value) || typeof value === 'boolean' ? undefined : invalidType(param, 'a boolean', value),
};

/** Creates a field that must be one of the listed strings. Otherwise the request gets GatewayError 400. */
export function oneOfTexts(...supported: readonly string[]): CheckedField {
  return {
    check: (value, param) => {
      if (isUnset(value)) return undefined;
      if (typeof value !== 'string') return invalidType(param, 'a string', value);
      return supported.includes(value) ? undefined : unsupportedValue(param, supported, value);
    },
  };
}

/** Returns true if a value is set. Clients send null, an empty string or an empty object for unset fields. */
export function hasSetValue(value: unknown): boolean {
  if (isUnset(value) || value === '') return false;
  return typeof value !== 'object' || Object.keys(value as object).length > 0;
}

function isUnset(value: unknown): boolean {
  return value === undefined || value === null;
}
