import { isRecord } from '../../wire/json/json-fields.ts';

type Schema = Readonly<Record<string, unknown>>;

const COMBINATORS = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * Combines alternatives at the top level into one object, because Claude rejects them: "input_schema does not support
 * oneOf, allOf, or anyOf at the top level". The object has the properties of all alternatives, and requires those that
 * every alternative requires. Returns the same schema if there is nothing to combine.
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

/**
 * Returns the names that all alternatives require. The cost is linear in the total number of names, because clients
 * control the number of alternatives and their names.
 */
function requiredByAll(first: Schema | undefined, others: readonly Schema[]): unknown[] {
  let common = new Set(requiredOf(first));
  for (const other of others) {
    if (common.size === 0) break;
    const names = new Set(requiredOf(other));
    common = new Set([...common].filter((name) => names.has(name)));
  }
  return [...common];
}

/** Combines maps of properties. A property that is defined in several ways accepts any of them. */
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
