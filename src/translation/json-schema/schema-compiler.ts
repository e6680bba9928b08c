import type { Ajv, ErrorObject, Options } from 'ajv';

import { ajv } from '../../libraries/ajv.ts';
import { comparableSchema } from './comparable-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * Options of Ajv. References outside the schema are never fetched.
 * The option `validateFormats` is off, because draft 2020-12 treats `format` as an annotation by default.
 * The option `inlineRefs` is off, because copies of referenced schemas could exhaust the memory.
 * With `ownProperties`, inherited properties such as `constructor` do not count as properties of an answer.
 */
const OPTIONS: Options = {
  strict: false,
  validateFormats: false,
  inlineRefs: false,
  logger: false,
  ownProperties: true,
};
/** Maximum characters of a problem description. */
const MAX_PROBLEM_LENGTH = 300;

/**
 * Returns a description of what is wrong with a value; undefined if it conforms. Throws RangeError if the check
 * overflows the stack.
 */
export type Validator = (value: unknown) => string | undefined;

/**
 * Compiles JSON schemas to validators. The cost of compilation and validation depends on the client's schema and is not
 * bounded here. Runs in the schema worker, and in the main thread only for schemas with a bounded cost
 * (`schema-cost.ts`).
 */
export class SchemaCompiler {
  private readonly metaSchemas: { current?: Ajv; older?: Ajv } = {};

  /**
   * Returns a validator. Throws SchemaError if the schema is invalid, and RangeError if it overflows the stack. Removes
   * `$async`, an extension of Ajv: its validators return promises, and an unhandled rejection would end the thread.
   */
  compile({ $schema: dialect, $id: _id, $async: _async, ...rest }: JsonSchema): Validator {
    const schema = comparableSchema(rest);
    const older = typeof dialect === 'string' && /draft-0\d/.test(dialect);
    const metaSchema = this.metaSchemaOf(older ? 'older' : 'current');
    if (!metaSchema.validateSchema(schema)) throw new SchemaError(problemOf(metaSchema.errors));
    // One instance for each schema, because an instance keeps everything it has compiled.
    const options = { ...OPTIONS, meta: false, validateSchema: false, addUsedSchema: false };
    const instance = older ? new ajv.Ajv(options) : new ajv.Ajv2020(options);
    // Draft 4 schemas have `id`, which Ajv rejects as a keyword.
    instance.removeKeyword('id');
    try {
      const validate = instance.compile(schema);
      return (value) => (validate(value) ? undefined : problemOf(validate.errors));
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw new SchemaError(error instanceof Error ? error.message.slice(0, MAX_PROBLEM_LENGTH) : 'it fails');
    }
  }

  private metaSchemaOf(kind: 'current' | 'older'): Ajv {
    const known = this.metaSchemas[kind];
    if (known) return known;
    return (this.metaSchemas[kind] = kind === 'older' ? new ajv.Ajv(OPTIONS) : new ajv.Ajv2020(OPTIONS));
  }
}

/** Error for an invalid JSON schema. The message is the reason. */
export class SchemaError extends Error {}

function problemOf(errors: readonly ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  if (!error) return 'it is not valid';
  return `${error.instancePath} ${error.message ?? error.keyword}`.trim().slice(0, MAX_PROBLEM_LENGTH);
}
