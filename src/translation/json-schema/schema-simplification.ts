import { resolveReference, isObjectOrArray, resolvedRoot, schemaSizeProblem, type JsonSchema } from './json-schema.ts';
import { KNOWN_FORMATS, UNSUPPORTED_LIMITS, JSON_TYPES } from './schema-keywords.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** A schema that Claude's grammar accepts. */
export interface SimplifiedSchema {
  schema: JsonSchema;
  /** JSON pointers of the places that are less strict than before, or whose constraints moved to the description. */
  lowered: readonly string[];
}

/** Maximum characters of a constraint in a description. */
const MAX_CONSTRAINT_LENGTH = 200;
/**
 * Maximum characters of a place. Nested long names would otherwise make the places larger than the schema by a factor
 * of its depth.
 */
const MAX_PLACE_LENGTH = 200;
/**
 * Maximum length of a chain of definitions. Longer chains count as recursive, because they would overflow the stack.
 */
const MAX_CHAIN_LENGTH = 100;

/**
 * Simplifies a schema to the keywords of Claude's grammar. Unsupported constraints move to the description. Returns
 * undefined if the schema would lose its meaning: for recursion, maps, tuples, values of any type. Answers are still
 * checked against the original.
 */
export function simplifySchema(schema: JsonSchema): SimplifiedSchema | undefined {
  if (schemaSizeProblem(schema) !== undefined) return undefined;
  const root = resolvedRoot(schema);
  if (root['type'] !== 'object' || isRecursive(root)) return undefined;
  const simplification = new Simplification(root);
  const lowered = simplification.node(root, '');
  const definitions = Object.fromEntries(
    ['$defs', 'definitions'].flatMap((list) => {
      const schemas = root[list];
      return isRecord(schemas) ? [[list, simplification.map(schemas, `/${list}`)] as const] : [];
    }),
  );
  return simplification.fits ? { schema: { ...lowered, ...definitions }, lowered: simplification.places } : undefined;
}

/** Returns true if a definition references itself, directly or not ("Too many recursive definitions in schema"). */
function isRecursive(root: JsonSchema): boolean {
  const finished = new Set<string>();
  const inProgress = new Set<string>();
  const reachesItself = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(reachesItself);
    if (!isRecord(value)) return false;
    const target = resolveReference(value['$ref'], root);
    if (target && !finished.has(target.key)) {
      if (inProgress.has(target.key) || inProgress.size >= MAX_CHAIN_LENGTH) return true;
      inProgress.add(target.key);
      if (reachesItself(target.schema)) return true;
      inProgress.delete(target.key);
      finished.add(target.key);
    }
    return Object.values(value).some(reachesItself);
  };
  return reachesItself(root);
}

class Simplification {
  readonly places: string[] = [];
  fits = true;
  private readonly root: JsonSchema;

  constructor(root: JsonSchema) {
    this.root = root;
  }

  node(original: unknown, path: string): JsonSchema {
    // `true` allows any value, but the grammar requires a type.
    if (!isRecord(original)) return this.unfit();
    if (original['$ref'] !== undefined) return this.reference(original['$ref']);
    const schema = this.withoutAllOf(original, path);
    if (schema['$ref'] !== undefined) return this.reference(schema['$ref']);
    const constraints: string[] = [];
    const addConstraint = (keyword: string): void => {
      constraints.push(`${keyword}: ${JSON.stringify(schema[keyword]).slice(0, MAX_CONSTRAINT_LENGTH)}`);
    };
    for (const keyword of Object.keys(schema)) if (UNSUPPORTED_LIMITS.has(keyword)) addConstraint(keyword);
    const body = this.body(schema, path, addConstraint);
    if (constraints.length > 0) this.places.push(path);
    const description = [schema['description'], constraints.length > 0 && `Constraints: ${constraints.join('; ')}.`];
    const text = description.filter((part) => typeof part === 'string' && part !== '').join('\n\n');
    const { title, default: preset } = schema;
    return {
      ...body,
      ...(typeof title === 'string' && { title }),
      ...(text !== '' && { description: text }),
      ...(preset !== undefined && { default: preset }),
    };
  }

  /** Simplifies every schema of a map from names to schemas. */
  map(schemas: JsonSchema, path: string): JsonSchema {
    return Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, this.node(schema, placeIn(path, name))]),
    );
  }

  /**
   * Merges an `allOf` with one part into its schema, because "`allOf` with `$ref` not supported". Several parts are
   * unsupported: as closed objects, they would exclude each other.
   */
  private withoutAllOf(original: JsonSchema, path: string): JsonSchema {
    const { allOf, nullable, ...rest } = original;
    let schema: JsonSchema = rest;
    if (allOf !== undefined) {
      const [only, ...others] = Array.isArray(allOf) ? (allOf as unknown[]) : [];
      if (!isRecord(only) || others.length > 0) return this.unfit();
      this.places.push(path);
      schema = this.withoutAllOf({ ...rest, ...only }, path);
    }
    // `nullable` is OpenAPI's keyword for the additional type `null`.
    if (nullable === true && typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] };
    return schema;
  }

  private body(schema: JsonSchema, path: string, addConstraint: (keyword: string) => void): JsonSchema {
    const union = schema['anyOf'] === undefined ? 'oneOf' : 'anyOf';
    const branches: unknown = schema[union];
    if (branches !== undefined && schema['type'] === undefined && schema['properties'] === undefined) {
      if (!Array.isArray(branches) || branches.length === 0) return this.unfit();
      if (union === 'oneOf') this.places.push(path);
      return { anyOf: branches.map((branch: unknown, index) => this.node(branch, placeIn(path, `${union}/${index}`))) };
    }
    if (branches !== undefined) addConstraint(union);
    return this.typed(schema, path, addConstraint);
  }

  private typed(schema: JsonSchema, path: string, addConstraint: (keyword: string) => void): JsonSchema {
    const constants = constantsOf(schema);
    // "Complex types within enums" are not supported.
    if (Object.values(constants).flat().some(isObjectOrArray)) return this.unfit();
    const { type, format } = schema;
    const types: readonly unknown[] = type === undefined ? impliedTypes(schema) : [type].flat();
    if (types.length === 0 && Object.keys(constants).length > 0) return constants;
    if (types.length === 0 || !types.every((each) => JSON_TYPES.has(each))) return this.unfit();
    if (format !== undefined && !KNOWN_FORMATS.has(format)) addConstraint('format');
    return {
      type: types.length === 1 ? types[0] : types,
      ...constants,
      ...(KNOWN_FORMATS.has(format) && { format }),
      ...(types.includes('object') && this.object(schema, path)),
      ...(types.includes('array') && this.list(schema, path, addConstraint)),
    };
  }

  /** Closes an object: "For 'object' type, 'additionalProperties' must be explicitly set to false". */
  private object(schema: JsonSchema, path: string): JsonSchema {
    const { properties: declared, required, additionalProperties: additional } = schema;
    // Closing a map, or an object without declared properties, would leave only the empty object.
    if (isRecord(additional) && Object.keys(additional).length > 0) return this.unfit();
    if (declared === undefined && additional !== false) return this.unfit();
    const properties = declared ?? {};
    if (!isRecord(properties) || schema['patternProperties'] !== undefined) return this.unfit();
    if (additional !== undefined && additional !== false) this.places.push(path);
    const names = Array.isArray(required) ? (required as unknown[]) : [];
    if (!names.every((name) => typeof name === 'string' && Object.hasOwn(properties, name))) return this.unfit();
    return {
      properties: this.map(properties, placeIn(path, 'properties')),
      ...(Array.isArray(required) && { required: names }),
      additionalProperties: false,
    };
  }

  private list(schema: JsonSchema, path: string, addConstraint: (keyword: string) => void): JsonSchema {
    const { items, minItems } = schema;
    if (schema['prefixItems'] !== undefined || !isRecord(items)) return this.unfit();
    // "Array `minItems` (only values 0 and 1 supported)".
    const tooMany = typeof minItems === 'number' && minItems > 1;
    if (tooMany) addConstraint('minItems');
    return {
      items: this.node(items, placeIn(path, 'items')),
      ...(minItems !== undefined && { minItems: tooMany ? 1 : minItems }),
    };
  }

  /** Returns a reference without its siblings. Only references to definitions are supported. */
  private reference(reference: unknown): JsonSchema {
    return resolveReference(reference, this.root) ? { $ref: reference } : this.unfit();
  }

  private unfit(): JsonSchema {
    this.fits = false;
    return {};
  }
}

function placeIn(path: string, step: string): string {
  return path.length >= MAX_PLACE_LENGTH ? path : `${path}/${step.slice(0, MAX_PLACE_LENGTH)}`;
}

function constantsOf({ enum: values, const: value }: JsonSchema): Record<string, unknown> {
  return { ...(Array.isArray(values) && { enum: values as unknown[] }), ...(value !== undefined && { const: value }) };
}

function impliedTypes(schema: JsonSchema): string[] {
  if (schema['properties'] !== undefined) return ['object'];
  return schema['items'] === undefined ? [] : ['array'];
}
