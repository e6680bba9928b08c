import type { PropertyNames } from './property-names.ts';
import { placeOf } from './schema-places.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that a JSON pointer passes directly before a property name. */
const BEFORE_NAMES: readonly unknown[] = ['properties', 'dependentSchemas', 'dependencies', 'dependentRequired'];

/**
 * Returns the schema with the model's property names, at every depth, including names in values, lists and references.
 */
export function renamedSchema(schema: Schema, names: PropertyNames): Schema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, renamedValue(keyword, value, names)]),
  );
}

function renamedValue(keyword: string, value: unknown, names: PropertyNames): unknown {
  if (keyword === '$ref') return typeof value === 'string' ? renamedPointer(value, names) : value;
  if (keyword === 'discriminator') return renamedDiscriminator(value, names);
  const place = placeOf(keyword);
  switch (place) {
    case undefined:
      return value;
    case 'schema':
    case 'schemas':
      return renamedSchemas(value, names);
    case 'properties':
    case 'definitions':
    case 'dependencies':
      return renamedMap(value, place, names);
    case 'names':
      return renamedNames(value, names);
    case 'name-schema':
      return renamedNameSchema(value, names);
    case 'values':
    case 'value':
      return names.toModelKeys(value);
    default:
      return place satisfies never;
  }
}

function renamedSchemas(value: unknown, names: PropertyNames): unknown {
  if (Array.isArray(value)) return value.map((each) => renamedSchemas(each, names));
  return isRecord(value) ? renamedSchema(value, names) : value;
}

function renamedMap(
  value: unknown,
  place: 'properties' | 'definitions' | 'dependencies',
  names: PropertyNames,
): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      place === 'definitions' ? name : names.toModel(name),
      place === 'dependencies' && Array.isArray(each) ? renamedNames(each, names) : renamedSchemas(each, names),
    ]),
  );
}

function renamedNames(value: unknown, names: PropertyNames): unknown {
  if (Array.isArray(value)) return value.map((name: unknown) => renamedNames(name, names));
  return typeof value === 'string' ? names.toModel(value) : value;
}

/** Renames the names that `propertyNames` lists in `enum` and `const`. */
function renamedNameSchema(value: unknown, names: PropertyNames): unknown {
  if (!isRecord(value)) return value;
  return {
    ...value,
    ...('enum' in value && { enum: renamedNames(value['enum'], names) }),
    ...('const' in value && { const: renamedNames(value['const'], names) }),
  };
}

/** Renames the property of OpenAPI's `discriminator`, which selects an alternative. */
function renamedDiscriminator(value: unknown, names: PropertyNames): unknown {
  if (!isRecord(value)) return value;
  return { ...value, ...('propertyName' in value && { propertyName: renamedNames(value['propertyName'], names) }) };
}

/** Renames the properties in a reference, such as `#/properties/$filter`. */
function renamedPointer(reference: string, names: PropertyNames): string {
  if (!reference.startsWith('#/')) return reference;
  const parts = reference.slice(2).split('/');
  const renamed = parts.map((part, index) => {
    if (!BEFORE_NAMES.includes(parts[index - 1])) return part;
    const name = unescapedPart(part);
    const other = names.toModel(name);
    return other === name ? part : other;
  });
  return `#/${renamed.join('/')}`;
}

function unescapedPart(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
