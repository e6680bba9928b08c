import { isRecord } from '../../wire/json/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

const COMBINATORS = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * "input_schema does not support oneOf, allOf, or anyOf at the top level" (Claude): the alternatives become one
 * object with the properties of all of them, of which those are required that every alternative requires. The
 * same object where there is nothing to combine.
 */
export function withoutTopLevelCombinators(schema: Schema): Schema {
  if (!COMBINATORS.some((name) => name in schema)) return schema;
  const { anyOf, oneOf, allOf, ...rest } = schema;
  const whole = [rest, ...objectsIn(allOf)];
  const alternatives = [objectsIn(anyOf), objectsIn(oneOf)].filter((list) => list.length > 0);
  const properties = combined([...whole, ...alternatives.flat()].map(propertiesOf));
  const required = new Set([
    ...whole.flatMap(requiredOf),
    ...alternatives.flatMap(([first, ...others]) => requiredByAll(first, others)),
  ]);
  return { ...rest, type: 'object', properties, ...(required.size > 0 && { required: [...required] }) };
}

/** Linear in all names together: a client chooses how many alternatives there are and how many names each requires. */
function requiredByAll(first: Schema | undefined, others: readonly Schema[]): unknown[] {
  let common = new Set(requiredOf(first));
  for (const other of others) {
    if (common.size === 0) break;
    const names = new Set(requiredOf(other));
    common = new Set([...common].filter((name) => names.has(name)));
  }
  return [...common];
}

/** A property that the alternatives define in several ways may be any of them. */
function combined(maps: readonly Schema[]): Schema {
  const byName = Map.groupBy(maps.flatMap(Object.entries), ([name]) => name);
  return Object.fromEntries(
    [...byName].map(([name, entries]) => {
      const distinct = new Map(entries.map(([, definition]) => [JSON.stringify(definition), definition]));
      const [only] = distinct.values();
      return [name, distinct.size === 1 ? only : { anyOf: [...distinct.values()] }];
    }),
  );
}

function objectsIn(list: unknown): Schema[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function propertiesOf(schema: Schema): Schema {
  return isRecord(schema['properties']) ? schema['properties'] : {};
}

function requiredOf(schema: Schema | undefined): unknown[] {
  const required = schema?.['required'];
  return Array.isArray(required) ? required : [];
}
