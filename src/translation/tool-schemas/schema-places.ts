import { isRecord } from '../../wire/json/json-fields.ts';

/** The content of a keyword's value, in every draft of JSON Schema and in OpenAPI. */
export type Place =
  | 'schema'
  | 'schemas' // A list of schemas, or one.
  | 'properties' // Schemas by the name of a property.
  | 'definitions' // Schemas by names that are not names of properties.
  | 'dependencies' // A schema or a list of names, by the name of a property.
  | 'names' // A list of names of properties.
  | 'name-schema' // A schema of names.
  | 'values' // A list of values that conform to the schema.
  | 'value';

const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['properties', 'properties'],
  ['items', 'schemas'],
  ['anyOf', 'schemas'],
  ['oneOf', 'schemas'],
  ['allOf', 'schemas'],
  ['prefixItems', 'schemas'],
  ['extends', 'schemas'],
  ['disallow', 'schemas'],
  ['additionalProperties', 'schema'],
  ['additionalItems', 'schema'],
  ['unevaluatedProperties', 'schema'],
  ['unevaluatedItems', 'schema'],
  ['contains', 'schema'],
  ['contentSchema', 'schema'],
  ['not', 'schema'],
  ['if', 'schema'],
  ['then', 'schema'],
  ['else', 'schema'],
  ['$defs', 'definitions'],
  ['definitions', 'definitions'],
  ['patternProperties', 'definitions'],
  ['dependentSchemas', 'properties'],
  ['dependentRequired', 'dependencies'],
  ['dependencies', 'dependencies'],
  ['required', 'names'],
  ['propertyNames', 'name-schema'],
  ['enum', 'values'],
  ['examples', 'values'],
  ['const', 'value'],
  ['default', 'value'],
  ['example', 'value'],
]);

/** Places of maps whose values are schemas. */
const NESTING: readonly Place[] = ['properties', 'definitions', 'dependencies'];

/** Returns what the value of a keyword contains; undefined if it contains neither schemas nor property names. */
export function placeOf(keyword: string): Place | undefined {
  return PLACES.get(keyword);
}

/** Calls `visit` with each schema that is directly in the value of a keyword. */
export function forEachSubschema(keyword: string, value: unknown, visit: (schema: unknown) => void): void {
  if (typeof value !== 'object' || value === null) return;
  const place = PLACES.get(keyword);
  if (place === undefined) return;
  if (place === 'schema' || (place === 'schemas' && !Array.isArray(value))) visit(value);
  else if (place === 'schemas') (value as unknown[]).forEach(visit);
  else if (NESTING.includes(place) && isRecord(value)) Object.values(value).forEach(visit);
}
