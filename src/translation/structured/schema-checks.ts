import { hash } from 'node:crypto';

import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv';
import { LRUCache } from 'lru-cache';

import { badRequest } from '../../errors.ts';
import { ajv } from '../../libraries/ajv.ts';
import { isRecord } from '../converse/tool-input.ts';
import type { Check } from './expectation.ts';
import type { JsonSchema } from './json-schema.ts';
import { TimeLimitError, withinTime } from './time-limit.ts';

const MOST_CHECKS = 500;
/** Bytes of all schemas that are kept; their compiled form is some ten times as large. */
const MOST_BYTES = 8 * 1_024 * 1_024;
const COMPILE_MS = 1_000;
const CHECK_MS = 250;

/**
 * `format` is an annotation, as JSON schema 2020-12 has it by default. No reference leaves the schema: nothing is
 * ever fetched. References stay references, since copies of them could fill the memory.
 */
const OPTIONS: Options = { strict: false, validateFormats: false, inlineRefs: false, logger: false };

/** Judges values by JSON schemas; a schema is compiled once. */
export class SchemaChecks {
  private readonly compiled = new LRUCache<string, ValidateFunction>({ max: MOST_CHECKS, maxSize: MOST_BYTES });
  private readonly grammars: { current?: Ajv; older?: Ajv } = {};
  private readonly compileMs: number;

  /** `compileMs`: milliseconds that a schema may take to be compiled. */
  constructor(compileMs = COMPILE_MS) {
    this.compileMs = compileMs;
  }

  /** Throws 400 with `param` where the schema is none. */
  of(schema: JsonSchema, param: string): Check {
    const validate = this.validator(schema, param);
    return (value) => {
      try {
        return withinTime(CHECK_MS, () => (validate(value) ? undefined : problemOf(validate.errors)));
      } catch (error) {
        // Also a schema that refers to itself without going deeper, which exhausts the stack.
        return `the schema cannot be applied to the answer (${reasonOf(error)})`;
      }
    };
  }

  private validator(schema: JsonSchema, param: string): ValidateFunction {
    const json = JSON.stringify(schema);
    const key = hash('sha256', json);
    const known = this.compiled.get(key);
    if (known) return known;
    const validate = this.compile(schema, param);
    this.compiled.set(key, validate, { size: json.length });
    return validate;
  }

  /**
   * Compiles the grammar itself here, where nothing stops it: an instance that was stopped in the middle of that, as on
   * a machine that is busy, refuses every schema from then on ("ajv implementation error").
   */
  private grammarOf(kind: 'current' | 'older'): Ajv {
    const known = this.grammars[kind];
    if (known) return known;
    const grammar = kind === 'older' ? new ajv.Ajv(OPTIONS) : new ajv.Ajv2020(OPTIONS);
    void grammar.validateSchema({});
    return (this.grammars[kind] = grammar);
  }

  private compile({ $schema: dialect, $id: _id, ...schema }: JsonSchema, param: string): ValidateFunction {
    const older = /draft-0\d/.test(String(dialect));
    const grammar = this.grammarOf(older ? 'older' : 'current');
    try {
      return withinTime(this.compileMs, () => {
        if (!grammar.validateSchema(schema)) throw new Error(problemOf(grammar.errors));
        // One instance a schema: an instance keeps whatever it has compiled for ever.
        const options = { ...OPTIONS, meta: false, validateSchema: false, addUsedSchema: false };
        return (older ? new ajv.Ajv(options) : new ajv.Ajv2020(options)).compile(schema);
      });
    } catch (error) {
      throw badRequest(`This is not a usable JSON schema: ${reasonOf(error)}.`, param);
    }
  }
}

/** For requests that ask for JSON of any kind: OpenAI's `json_object`. */
export const anyObject: Check = (value) => (isRecord(value) ? undefined : 'the answer is not a JSON object');

function problemOf(errors: readonly ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  return error ? `${error.instancePath} ${error.message ?? error.keyword}`.trim() : 'it is not valid';
}

function reasonOf(error: unknown): string {
  if (error instanceof TimeLimitError) return error.message;
  return error instanceof Error ? error.message.slice(0, 200) : 'it fails';
}
