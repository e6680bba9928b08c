import { isSchema, isType, type Kind, kindOf } from './draft-keywords.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** Type names of other languages and APIs that generators of tools use. */
const OTHER_TYPES: ReadonlyMap<string, string> = new Map([
  ['str', 'string'],
  ['text', 'string'],
  ['int', 'integer'],
  ['long', 'integer'],
  ['float', 'number'],
  ['double', 'number'],
  ['decimal', 'number'],
  ['bool', 'boolean'],
  ['dict', 'object'],
  ['map', 'object'],
  ['list', 'array'],
  ['tuple', 'array'],
  ['none', 'null'],
]);

/**
 * Returns the JSON Schema type for a name, ignoring case (Gemini's `STRING`); undefined for `any` and unknown names.
 */
export function typeNamed(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const type = name.toLowerCase();
  return isType(type) ? type : OTHER_TYPES.get(type);
}

const DROP = (): undefined => undefined;

/** Conversions of a value that the draft does not accept, by the kind of the keyword. Undefined drops the value. */
const CONVERSIONS: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  type: acceptedTypes,
  text: DROP,
  identifier: DROP,
  flag: flagOf,
  number: numberOf,
  positive: (value) => positive(numberOf(value)),
  count: (value) => count(numberOf(value)),
  choices: valuesOf,
  values: valuesOf,
  names: (value) => (Array.isArray(value) ? distinctNames(value) : undefined),
  'names-by-name': (value) => mapped(value, (names) => distinctNames([names].flat())),
  dependencies: (value) => mapped(value, (each) => (isSchema(each) ? each : distinctNames([each].flat()))),
  schema: (value) => flagOf(value) ?? schemaFor(value),
  schemas: schemasOf,
  'schemas-by-name': (value) => mapped(value, (each) => (isSchema(each) ? each : (schemaFor(each) ?? {}))),
};

/**
 * Converts a value that draft 2020-12 does not accept for a keyword. Returns undefined if nothing of it can be kept.
 * Does not repair schemas inside the value.
 */
export function acceptedValue(keyword: string, value: unknown): unknown {
  const kind = kindOf(keyword);
  return kind && CONVERSIONS[kind](value);
}

function valuesOf(value: unknown): unknown {
  return ['string', 'number', 'boolean'].includes(typeof value) ? [value] : undefined;
}

function acceptedTypes(value: unknown): unknown {
  if (!Array.isArray(value)) return typeNamed(value);
  const types = value.map(typeNamed);
  // A name that allows any type makes the whole list meaningless.
  if (types.length === 0 || types.includes(undefined)) return undefined;
  return [...new Set(types)];
}

/** Converts a type name in place of a schema: `"properties": { "name": "string" }`. */
function schemaFor(value: unknown): object | undefined {
  const type = typeNamed(value);
  return type === undefined ? undefined : { type };
}

function schemasOf(value: unknown): unknown[] | undefined {
  if (isRecord(value)) return [value];
  if (!Array.isArray(value)) return undefined;
  const schemas = value.flatMap((each: unknown) => (isSchema(each) ? [each] : (schemaFor(each) ?? [])));
  return schemas.length > 0 ? schemas : undefined;
}

/** Converts each value of a map. PHP encodes an empty map as an empty list. */
function mapped(value: unknown, of: (each: unknown) => unknown): object | undefined {
  if (Array.isArray(value) && value.length === 0) return {};
  if (!isRecord(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, of(each)]));
}

function distinctNames(names: readonly unknown[]): unknown[] {
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

function flagOf(value: unknown): boolean | undefined {
  if (value === 'true') return true;
  return value === 'false' ? false : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function positive(number: number | undefined): number | undefined {
  return number !== undefined && number > 0 ? number : undefined;
}

function count(number: number | undefined): number | undefined {
  return number !== undefined && number >= 0 && Number.isInteger(number) ? number : undefined;
}
