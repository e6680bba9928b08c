import { isAccepted, isNumber, kindOf } from './draft-keywords.ts';
import { acceptedValue } from './draft-values.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A schema in draft 2020-12. */
export interface RepairedSchema {
  schema: Schema;
  /** JSON pointers of the schemas that were changed. */
  places: readonly string[];
}

/** Converts a schema to draft 2020-12. Rewrites keywords of older drafts, and removes values that no draft accepts. */
export function repairedSchema(schema: Schema): RepairedSchema {
  const places: string[] = [];
  return { schema: repaired(schema, '', places), places };
}

function repaired(original: Schema, path: string, places: string[]): Schema {
  const current = withRequiredOfProperties(withTuple(withExclusiveLimits(original)));
  const entries: [string, unknown][] = [];
  let changed = current !== original;
  for (const [keyword, value] of Object.entries(current)) {
    const accepted = isAccepted(keyword, value);
    const repairedValue = accepted ? value : acceptedValue(keyword, value);
    changed ||= !accepted;
    if (repairedValue !== undefined)
      entries.push([keyword, withRepairedSchemas(keyword, repairedValue, `${path}/${keyword}`, places)]);
  }
  if (changed) places.push(path);
  return Object.fromEntries(entries);
}

function withRepairedSchemas(keyword: string, value: unknown, path: string, places: string[]): unknown {
  const each = (schema: unknown, at: string): unknown => (isRecord(schema) ? repaired(schema, at, places) : schema);
  const kind = kindOf(keyword);
  if (kind === 'schema') return each(value, path);
  if (kind === 'schemas') return (value as unknown[]).map((schema, index) => each(schema, `${path}/${index}`));
  if (kind !== 'schemas-by-name' && kind !== 'dependencies') return value;
  return Object.fromEntries(
    Object.entries(value as Schema).map(([name, schema]) => [name, each(schema, `${path}/${name}`)]),
  );
}

/** Replaces `exclusiveMinimum: true` of draft 4, which makes `minimum` exclusive. */
function withExclusiveLimits(schema: Schema): Schema {
  let current = schema;
  for (const [exclusive, limit] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const { [exclusive]: isExclusive, [limit]: value, ...rest } = current;
    if (typeof isExclusive !== 'boolean') continue;
    if (isExclusive && isNumber(value)) current = { ...rest, [exclusive]: value };
    else current = { ...rest, ...(value !== undefined && { [limit]: value }) };
  }
  return current;
}

/**
 * Replaces a list in `items`, which was a tuple before draft 2020-12. `additionalItems` applied to the items after it.
 */
function withTuple(schema: Schema): Schema {
  const { items, additionalItems, ...rest } = schema;
  if (!Array.isArray(items)) return schema;
  return {
    ...(items.length > 0 && { prefixItems: items }),
    ...rest,
    ...(additionalItems !== undefined && { items: additionalItems }),
  };
}

/** Moves `required` of a property, which is from draft 3, to its object. */
function withRequiredOfProperties(schema: Schema): Schema {
  const { properties, required } = schema;
  if (!isRecord(properties)) return schema;
  const selfRequired = Object.entries(properties).filter(([, property]) => hasOwnRequired(property));
  if (selfRequired.length === 0) return schema;
  const names = selfRequired.filter(([, property]) => isTrue((property as Schema)['required'])).map(([name]) => name);
  const plain = selfRequired.map(([name, property]) => {
    const { required: _required, ...rest } = property as Schema;
    return [name, rest] as const;
  });
  const all = [...(Array.isArray(required) ? (required as unknown[]) : []), ...names];
  return {
    ...schema,
    properties: { ...properties, ...Object.fromEntries(plain) },
    ...(all.length > 0 && { required: [...new Set(all)] }),
  };
}

function hasOwnRequired(property: unknown): boolean {
  if (!isRecord(property)) return false;
  return typeof property['required'] === 'boolean' || typeof property['required'] === 'string';
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
