import { isExactNumber } from '../../wire/json/exact-json.ts';
import { resolveReference, type JsonSchema } from './json-schema.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/** An upper bound of what a schema costs, in steps of some nanoseconds each; for checks, without the answer's size. */
export interface SchemaCost {
  /** Subschemas that Ajv generates code for; each takes 0.1 ms (measured with Ajv 8.20 on 2.5 GHz). */
  subschemas: number;
  /** Steps of a check that are taken once. */
  once: number;
  /** Steps that an answer may cause for each of its characters. */
  perCharacter: number;
}

/** Schemas with more compile in the worker. */
const MOST_SUBSCHEMAS = 8;
/** Characters of a schema as JSON; longer ones are not walked here, whatever of them is in use. */
const MOST_CHARACTERS = 4_096;
/** Names and constants of a schema; each is generated code, too. */
const MOST_STEPS = 100;
/** Steps of a check that stay below a millisecond; one takes about 5 ns. */
const MOST_STEPS_OF_CHECK = 100_000;

/** Keywords that say nothing to a validator. */
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
/** Keywords that take a constant number of steps. */
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
/** Keywords that count the characters of a text or the keys of an object. */
const COUNTING: ReadonlySet<string> = new Set(['minLength', 'maxLength', 'minProperties', 'maxProperties']);
/** Keywords with a list of constants, or with one. */
const CONSTANTS: ReadonlySet<string> = new Set(['required', 'enum', 'const']);
/** Keywords with a schema for each item or each further property. */
const REPEATING: ReadonlySet<string> = new Set(['items', 'additionalProperties']);
const ALTERNATIVES: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf']);

/**
 * Bounds what compiling a schema and checking an answer cost. Undefined where no small bound is known: patterns,
 * `uniqueItems`, recursion, many nested references, and every keyword that is not listed here. `$id` is allowed at
 * the root only, where the compiler drops it. `json` is the schema as JSON.
 */
export function schemaCost(schema: JsonSchema, json: string): SchemaCost | undefined {
  if (json.length > MOST_CHARACTERS) return undefined;
  const estimate = new Estimate(schema);
  return estimate.of(schema, 'once') ? estimate.cost : undefined;
}

/** Whether a check of so many characters stays below a millisecond. */
export function isQuickCheck({ once, perCharacter }: SchemaCost, characters: number): boolean {
  return once + perCharacter * characters <= MOST_STEPS_OF_CHECK;
}

/** Whether a step is taken once for an answer, or for each item of a list. */
type Place = 'once' | 'repeated';

class Estimate {
  readonly cost: SchemaCost = { subschemas: 0, once: 0, perCharacter: 1 };
  private readonly root: JsonSchema;

  constructor(root: JsonSchema) {
    this.root = root;
  }

  /** False as soon as there is no small bound. */
  of(schema: unknown, place: Place): boolean {
    if (typeof schema === 'boolean') return this.step(place);
    if (!isRecord(schema)) return false;
    this.cost.subschemas += 1;
    if (this.cost.subschemas > MOST_SUBSCHEMAS || !this.step(place)) return false;
    // A reference to a sibling of `$id` would be resolved against it.
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
    // Every name is looked for in every object.
    if (keyword === 'properties') return isRecord(value) && Object.values(value).every((each) => this.of(each, place));
    return keyword === '$ref' && this.reference(value, place);
  }

  /** Each use of a definition counts anew; recursion ends at the limit of subschemas. */
  private reference(value: unknown, place: Place): boolean {
    const definition = resolveReference(value, this.root);
    return definition !== undefined && this.of(definition.schema, place);
  }

  private step(place: Place): boolean {
    if (place === 'once') this.cost.once += 1;
    else this.cost.perCharacter += 1;
    return this.cost.once + this.cost.perCharacter <= MOST_STEPS;
  }
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null || isExactNumber(value);
}
