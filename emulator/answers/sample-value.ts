import { describedConstraints } from './described-constraints.ts';

type Schema = Record<string, unknown>;

const MAX_DEPTH = 12;

const STRINGS: Record<string, string> = {
  date: '2026-01-02',
  'date-time': '2026-01-02T03:04:05Z',
  time: '03:04:05Z',
  duration: 'PT1H',
  email: 'emulator@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

/**
 * Returns a value that conforms to a JSON schema: required properties, the first member of an enum, and a sample of
 * each type. Ignores patterns. Returns null for a schema deeper than `MAX_DEPTH`.
 */
export function sampleValue(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isSchema(schema) || depth > MAX_DEPTH) return null;
  if (typeof schema.$ref === 'string') return sampleValue(resolve(schema.$ref, root), root, depth + 1);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] as unknown;
  return sampleOfType(schema, root, depth);
}

function sampleOfType(given: Schema, root: unknown, depth: number): unknown {
  const schema = { ...describedConstraints(given.description), ...given };
  const choice = [schema.anyOf, schema.oneOf].find(Array.isArray) as unknown[] | undefined;
  if (choice !== undefined)
    return sampleValue({ ...schema, anyOf: undefined, oneOf: undefined, ...asSchema(choice[0]) }, root, depth + 1);
  if (Array.isArray(schema.allOf)) return sampleValue(merged(schema, root), root, depth + 1);
  switch (typeOf(schema)) {
    case 'object':
      return sampleObject(schema, root, depth);
    case 'array':
      return Array.from({ length: lengthOf(schema, given) }, () =>
        sampleValue(schema.items ?? { type: 'string' }, root, depth + 1),
      );
    case 'integer':
    case 'number':
      return sampleNumber(schema);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return sampleString(schema);
  }
}

/**
 * Returns the length of an array. A grammar supports only 0 and 1 as `minItems`, so the description can have a larger
 * one.
 */
function lengthOf({ minItems, maxItems }: Schema, { description }: Schema): number {
  const least = Math.max(Number(minItems ?? 1), Number(describedConstraints(description).minItems ?? 0));
  return typeof maxItems === 'number' ? Math.min(least, maxItems) : least;
}

function sampleObject(schema: Schema, root: unknown, depth: number): Schema {
  const properties = asSchema(schema.properties);
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === 'string') : [];
  return Object.fromEntries(
    required.map((name) => [name, sampleValue(properties[name] ?? { type: 'string' }, root, depth + 1)]),
  );
}

function sampleNumber(schema: Schema): number {
  const step = Number(schema.multipleOf ?? 1);
  const low = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + step : schema.minimum;
  const high = typeof schema.exclusiveMaximum === 'number' ? schema.exclusiveMaximum - step : schema.maximum;
  if (typeof low === 'number') return Math.ceil(low / step) * step;
  if (typeof high === 'number' && high < step) return Math.floor(high / step) * step;
  return step;
}

function sampleString(schema: Schema): string {
  const sample = STRINGS[String(schema.format)] ?? 'emulated';
  const padded = sample.padEnd(Number(schema.minLength ?? 0), '.');
  return typeof schema.maxLength === 'number' ? padded.slice(0, schema.maxLength) : padded;
}

function typeOf(schema: Schema): unknown {
  if (Array.isArray(schema.type)) return schema.type.find((type) => type !== 'null') ?? 'null';
  return schema.type ?? ('properties' in schema ? 'object' : 'items' in schema ? 'array' : 'string');
}

function merged(schema: Schema, root: unknown): Schema {
  const parts = (schema.allOf as unknown[]).map((part) =>
    asSchema(isSchema(part) && typeof part.$ref === 'string' ? resolve(part.$ref, root) : part),
  );
  const all = [{ ...schema, allOf: undefined }, ...parts];
  return {
    ...(Object.assign({}, ...all) as Schema),
    properties: Object.assign({}, ...all.map((part) => asSchema(part.properties))) as Schema,
    required: all.flatMap((part) => (Array.isArray(part.required) ? (part.required as unknown[]) : [])),
  };
}

function resolve(reference: string, root: unknown): unknown {
  let target = root;
  for (const key of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    target = asSchema(target)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return target;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asSchema(value: unknown): Schema {
  return isSchema(value) ? value : {};
}
