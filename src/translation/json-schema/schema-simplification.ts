import { resolveReference, isObjectOrArray, resolvedRoot, schemaSizeProblem, type JsonSchema } from './json-schema.ts';
import { KNOWN_FORMATS, UNSUPPORTED_LIMITS, JSON_TYPES } from './schema-keywords.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

export interface SimplifiedSchema {
  schema: JsonSchema;
  /** JSON pointers of the places that say less than before, or say it in words only. */
  lowered: readonly string[];
}

/** A limit in words is cut here. */
const LONGEST_LIMIT = 200;
/** A place is cut here: long names, one within the other, would make the places longer than the schema by its depth. */
const LONGEST_PLACE = 200;
/** Definitions that lead to one another in a row; longer chains count as recursive, as they exhaust the stack. */
const LONGEST_CHAIN = 100;

/**
 * The schema in the words that Claude's grammar knows: what it refuses becomes a sentence of the description.
 * Undefined where nothing is left of the meaning: recursion, open maps, tuples, values of any type. The answer is
 * checked against the original all the same.
 */
export function simplifySchema(schema: JsonSchema): SimplifiedSchema | undefined {
  if (schemaSizeProblem(schema) !== undefined) return undefined;
  const root = resolvedRoot(schema);
  if (root['type'] !== 'object' || isRecursive(root)) return undefined;
  const lowering = new Lowering(root);
  const lowered = lowering.node(root, '');
  const definitions = Object.fromEntries(
    ['$defs', 'definitions'].flatMap((list) => {
      const schemas = root[list];
      return isRecord(schemas) ? [[list, lowering.map(schemas, `/${list}`)] as const] : [];
    }),
  );
  return lowering.fits ? { schema: { ...lowered, ...definitions }, lowered: lowering.places } : undefined;
}

/** Whether a definition leads back to itself ("Too many recursive definitions in schema"). */
function isRecursive(root: JsonSchema): boolean {
  const finished = new Set<string>();
  const open = new Set<string>();
  const leadsBack = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(leadsBack);
    if (!isRecord(value)) return false;
    const target = resolveReference(value['$ref'], root);
    if (target && !finished.has(target.key)) {
      if (open.has(target.key) || open.size >= LONGEST_CHAIN) return true;
      open.add(target.key);
      if (leadsBack(target.schema)) return true;
      open.delete(target.key);
      finished.add(target.key);
    }
    return Object.values(value).some(leadsBack);
  };
  return leadsBack(root);
}

class Lowering {
  readonly places: string[] = [];
  fits = true;
  private readonly root: JsonSchema;

  constructor(root: JsonSchema) {
    this.root = root;
  }

  node(given: unknown, path: string): JsonSchema {
    // `true` is any value: a grammar needs a type.
    if (!isRecord(given)) return this.unfit();
    if (given['$ref'] !== undefined) return this.reference(given['$ref']);
    const schema = this.unfolded(given, path);
    if (schema['$ref'] !== undefined) return this.reference(schema['$ref']);
    const words: string[] = [];
    const limit = (keyword: string): void => {
      words.push(`${keyword}: ${JSON.stringify(schema[keyword]).slice(0, LONGEST_LIMIT)}`);
    };
    for (const keyword of Object.keys(schema)) if (UNSUPPORTED_LIMITS.has(keyword)) limit(keyword);
    const body = this.body(schema, path, limit);
    if (words.length > 0) this.places.push(path);
    const description = [schema['description'], words.length > 0 && `Constraints: ${words.join('; ')}.`];
    const told = description.filter((part) => typeof part === 'string' && part !== '').join('\n\n');
    const { title, default: preset } = schema;
    return {
      ...body,
      ...(typeof title === 'string' && { title }),
      ...(told !== '' && { description: told }),
      ...(preset !== undefined && { default: preset }),
    };
  }

  /** Every schema of a map by its name. */
  map(schemas: JsonSchema, path: string): JsonSchema {
    return Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, this.node(schema, placeIn(path, name))]),
    );
  }

  /** "`allOf` with `$ref` not supported": one part alone is the whole; several closed objects would exclude each other. */
  private unfolded(given: JsonSchema, path: string): JsonSchema {
    const { allOf, nullable, ...rest } = given;
    let schema: JsonSchema = rest;
    if (allOf !== undefined) {
      const [only, ...others] = Array.isArray(allOf) ? (allOf as unknown[]) : [];
      if (!isRecord(only) || others.length > 0) return this.unfit();
      this.places.push(path);
      schema = this.unfolded({ ...rest, ...only }, path);
    }
    // OpenAPI's word for a second type.
    if (nullable === true && typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] };
    return schema;
  }

  private body(schema: JsonSchema, path: string, limit: (keyword: string) => void): JsonSchema {
    const union = schema['anyOf'] === undefined ? 'oneOf' : 'anyOf';
    const branches: unknown = schema[union];
    if (branches !== undefined && schema['type'] === undefined && schema['properties'] === undefined) {
      if (!Array.isArray(branches) || branches.length === 0) return this.unfit();
      if (union === 'oneOf') this.places.push(path);
      return { anyOf: branches.map((branch: unknown, index) => this.node(branch, placeIn(path, `${union}/${index}`))) };
    }
    if (branches !== undefined) limit(union);
    return this.typed(schema, path, limit);
  }

  private typed(schema: JsonSchema, path: string, limit: (keyword: string) => void): JsonSchema {
    const constants = constantsOf(schema);
    // "Complex types within enums" are not supported.
    if (Object.values(constants).flat().some(isObjectOrArray)) return this.unfit();
    const { type, format } = schema;
    const types: readonly unknown[] = type === undefined ? impliedTypes(schema) : [type].flat();
    if (types.length === 0 && Object.keys(constants).length > 0) return constants;
    if (types.length === 0 || !types.every((each) => JSON_TYPES.has(each))) return this.unfit();
    if (format !== undefined && !KNOWN_FORMATS.has(format)) limit('format');
    return {
      type: types.length === 1 ? types[0] : types,
      ...constants,
      ...(KNOWN_FORMATS.has(format) && { format }),
      ...(types.includes('object') && this.object(schema, path)),
      ...(types.includes('array') && this.list(schema, path, limit)),
    };
  }

  /** "For 'object' type, 'additionalProperties' must be explicitly set to false". */
  private object(schema: JsonSchema, path: string): JsonSchema {
    const { properties: given, required, additionalProperties: more } = schema;
    // A map, or an object of any kind: closed it could only ever be empty.
    if (isRecord(more) && Object.keys(more).length > 0) return this.unfit();
    if (given === undefined && more !== false) return this.unfit();
    const properties = given ?? {};
    if (!isRecord(properties) || schema['patternProperties'] !== undefined) return this.unfit();
    if (more !== undefined && more !== false) this.places.push(path);
    const names = Array.isArray(required) ? (required as unknown[]) : [];
    if (!names.every((name) => typeof name === 'string' && Object.hasOwn(properties, name))) return this.unfit();
    return {
      properties: this.map(properties, placeIn(path, 'properties')),
      ...(Array.isArray(required) && { required: names }),
      additionalProperties: false,
    };
  }

  private list(schema: JsonSchema, path: string, limit: (keyword: string) => void): JsonSchema {
    const { items, minItems } = schema;
    if (schema['prefixItems'] !== undefined || !isRecord(items)) return this.unfit();
    // "Array `minItems` (only values 0 and 1 supported)".
    const tooMany = typeof minItems === 'number' && minItems > 1;
    if (tooMany) limit('minItems');
    return {
      items: this.node(items, placeIn(path, 'items')),
      ...(minItems !== undefined && { minItems: tooMany ? 1 : minItems }),
    };
  }

  /** Only definitions can be referred to; what stands beside a reference is a description of it. */
  private reference(reference: unknown): JsonSchema {
    return resolveReference(reference, this.root) ? { $ref: reference } : this.unfit();
  }

  private unfit(): JsonSchema {
    this.fits = false;
    return {};
  }
}

function placeIn(path: string, step: string): string {
  return path.length >= LONGEST_PLACE ? path : `${path}/${step.slice(0, LONGEST_PLACE)}`;
}

function constantsOf({ enum: values, const: value }: JsonSchema): Record<string, unknown> {
  return { ...(Array.isArray(values) && { enum: values as unknown[] }), ...(value !== undefined && { const: value }) };
}

function impliedTypes(schema: JsonSchema): string[] {
  if (schema['properties'] !== undefined) return ['object'];
  return schema['items'] === undefined ? [] : ['array'];
}
