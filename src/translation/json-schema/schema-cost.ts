import { isExactNumber } from '../../wire/json/exact-json.ts';
import { resolveReference, type JsonSchema } from './json-schema.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * Upper bound of the cost of a schema, in steps of a few nanoseconds. The cost of a check also depends on the answer's
 * size.
 */
export interface SchemaCost {
  /**
   * Number of subschemas, for each of which Ajv generates code. Each takes 0.1 ms (measured with Ajv 8.20 at 2.5 GHz).
   */
  subschemas: number;
  /** Steps of a check that do not depend on the answer's size. */
  once: number;
  /** Maximum steps for each character of an answer. */
  perCharacter: number;
}

/** Maximum subschemas to compile in the main thread. Larger schemas are compiled in the worker. */
const MAX_SUBSCHEMAS = 8;
/** Maximum characters of a schema as JSON to estimate. Longer schemas are compiled in the worker. */
const MAX_CHARACTERS = 4_096;
/** Maximum names and constants of a schema, for which Ajv generates code as well. */
const MAX_STEPS = 100;
/** Maximum steps of a check in the main thread, to stay below a millisecond. A step takes about 5 ns. */
const MAX_CHECK_STEPS = 100_000;

/** Keywords that validators ignore. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'format',
]);
/** Keywords with a constant cost. */
const CONSTANT: ReadonlySet<string> = new Set([
  'type',
  'nullable',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
]);
/** Keywords that count the characters of a string or the keys of an object. */
const COUNTING: ReadonlySet<string> = new Set(['minLength', 'maxLength', 'minProperties', 'maxProperties']);
/** Keywords with one or more constants. */
const CONSTANTS: ReadonlySet<string> = new Set(['required', 'enum', 'const']);
/** Keywords with a schema that applies to each item or additional property. */
const REPEATING: ReadonlySet<string> = new Set(['items', 'additionalProperties']);
const ALTERNATIVES: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf']);

/**
 * Returns an upper bound of the cost of compiling a schema and checking an answer; undefined if there is no small
 * bound. There is none for patterns, `uniqueItems`, recursion, many nested references, and keywords that are not listed
 * above. The compiler removes `$id` at the root, so it is allowed only there. Pass the schema as JSON in `json`.
 */
export function schemaCost(schema: JsonSchema, json: string): SchemaCost | undefined {
  if (json.length > MAX_CHARACTERS) return undefined;
  const estimate = new Estimate(schema);
  return estimate.of(schema, 'once') ? estimate.cost : undefined;
}

/** Returns true if a check of an answer with so many characters takes less than a millisecond. */
export function isQuickCheck({ once, perCharacter }: SchemaCost, characters: number): boolean {
  return once + perCharacter * characters <= MAX_CHECK_STEPS;
}

/** Whether a step occurs once for an answer, or for each item of a list. */
type Place = 'once' | 'repeated';

class Estimate {
  readonly cost: SchemaCost = { subschemas: 0, once: 0, perCharacter: 1 };
  private readonly root: JsonSchema;

  constructor(root: JsonSchema) {
    this.root = root;
  }

  /** Adds the cost of a schema. Returns false if there is no small bound. */
  of(schema: unknown, place: Place): boolean {
    if (typeof schema === 'boolean') return this.step(place);
    if (!isRecord(schema)) return false;
    this.cost.subschemas += 1;
    if (this.cost.subschemas > MAX_SUBSCHEMAS || !this.step(place)) return false;
    // A reference to a sibling of `$id` would be resolved against that id.
    if (schema !== this.root && schema['$id'] !== undefined) return false;
    for (const keyword in schema) if (!this.keyword(keyword, schema[keyword], place)) return false;
    return true;
  }

  private keyword(keyword: string, value: unknown, place: Place): boolean {
    if (ANNOTATIONS.has(keyword)) return true;
    if (CONSTANT.has(keyword)) return this.step(place);
    if (COUNTING.has(keyword)) return this.step('repeated');
    if (CONSTANTS.has(keyword)) return [value].flat().every((each) => isPrimitive(each) && this.step(place));
    if (REPEATING.has(keyword)) return this.step('repeated') && this.of(value, 'repeated');
    if (ALTERNATIVES.has(keyword)) return Array.isArray(value) && value.every((each) => this.of(each, place));
    // The validator looks up each name in every object.
    if (keyword === 'properties') return isRecord(value) && Object.values(value).every((each) => this.of(each, place));
    return keyword === '$ref' && this.reference(value, place);
  }

  /** Adds the cost of a definition at each of its uses. Recursion ends at the limit of subschemas. */
  private reference(value: unknown, place: Place): boolean {
    const definition = resolveReference(value, this.root);
    return definition !== undefined && this.of(definition.schema, place);
  }

  private step(place: Place): boolean {
    if (place === 'once') this.cost.once += 1;
    else this.cost.perCharacter += 1;
    return this.cost.once + this.cost.perCharacter <= MAX_STEPS;
  }
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null || isExactNumber(value);
}
