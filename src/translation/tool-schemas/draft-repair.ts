import { isAccepted, isNumber, kindOf } from './draft-keywords.ts';
import { acceptedValue } from './draft-values.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

export interface RepairedSchema {
  schema: Schema;
  /** JSON pointers of the schemas that changed. */
  places: readonly string[];
}

/** Returns the schema in draft 2020-12. What older drafts express otherwise is rewritten, what no draft accepts is left out. */
export function repairedSchema(schema: Schema): RepairedSchema {
  const places: string[] = [];
  return { schema: repaired(schema, '', places), places };
}

function repaired(given: Schema, path: string, places: string[]): Schema {
  const current = withRequiredOfProperties(withTuple(withExclusiveLimits(given)));
  const kept: [string, unknown][] = [];
  let changed = current !== given;
  for (const [keyword, value] of Object.entries(current)) {
    const accepted = isAccepted(keyword, value);
    const fit = accepted ? value : acceptedValue(keyword, value);
    changed ||= !accepted;
    if (fit !== undefined) kept.push([keyword, withRepairedSchemas(keyword, fit, `${path}/${keyword}`, places)]);
  }
  if (changed) places.push(path);
  return Object.fromEntries(kept);
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

/** Draft 4: `exclusiveMinimum: true` makes the `minimum` exclusive. */
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

/** Before draft 2020-12 a list in `items` was a tuple, and `additionalItems` was what follows it. */
function withTuple(schema: Schema): Schema {
  const { items, additionalItems, ...rest } = schema;
  if (!Array.isArray(items)) return schema;
  return {
    ...(items.length > 0 && { prefixItems: items }),
    ...rest,
    ...(additionalItems !== undefined && { items: additionalItems }),
  };
}

/** Draft 3: a property states itself that it is required. */
function withRequiredOfProperties(schema: Schema): Schema {
  const { properties, required } = schema;
  if (!isRecord(properties)) return schema;
  const stated = Object.entries(properties).filter(([, property]) => isStated(property));
  if (stated.length === 0) return schema;
  const names = stated.filter(([, property]) => isTrue((property as Schema)['required'])).map(([name]) => name);
  const plain = stated.map(([name, property]) => {
    const { required: _stated, ...rest } = property as Schema;
    return [name, rest] as const;
  });
  const all = [...(Array.isArray(required) ? (required as unknown[]) : []), ...names];
  return {
    ...schema,
    properties: { ...properties, ...Object.fromEntries(plain) },
    ...(all.length > 0 && { required: [...new Set(all)] }),
  };
}

function isStated(property: unknown): boolean {
  if (!isRecord(property)) return false;
  return typeof property['required'] === 'boolean' || typeof property['required'] === 'string';
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
