import type { Ajv, ErrorObject, Options } from 'ajv';

import { ajv } from '../../libraries/ajv.ts';
import { comparableSchema } from './comparable-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * `format` is an annotation, as JSON schema 2020-12 has it by default. No reference leaves the schema: nothing is
 * ever fetched. References stay references, since copies of them could fill the memory. `ownProperties`: an answer
 * without a property named `constructor` has none, whatever objects inherit.
 */
const OPTIONS: Options = {
  strict: false,
  validateFormats: false,
  inlineRefs: false,
  logger: false,
  ownProperties: true,
};
const LONGEST_PROBLEM = 300;

/** Gives what is wrong with a value, or undefined. Throws RangeError where the schema exhausts the stack. */
export type Validator = (value: unknown) => string | undefined;

/**
 * Compiles JSON schemas. Takes as long as the schema wants, and so do the validators: schemas are programs of clients.
 * Runs in the schema worker, and elsewhere only for schemas whose cost is bounded (`schema-cost.ts`).
 */
export class SchemaCompiler {
  private readonly grammars: { current?: Ajv; older?: Ajv } = {};

  /**
   * Throws SchemaError for what is no usable schema, RangeError where it exhausts the stack. `$async` is a keyword of Ajv
   * alone: its validators return promises, whose rejection ends the thread.
   */
  compile({ $schema: dialect, $id: _id, $async: _async, ...given }: JsonSchema): Validator {
    const schema = comparableSchema(given);
    const older = typeof dialect === 'string' && /draft-0\d/.test(dialect);
    const grammar = this.grammarOf(older ? 'older' : 'current');
    if (!grammar.validateSchema(schema)) throw new SchemaError(problemOf(grammar.errors));
    // One instance a schema: an instance keeps whatever it has compiled for ever, with its ids.
    const options = { ...OPTIONS, meta: false, validateSchema: false, addUsedSchema: false };
    const instance = older ? new ajv.Ajv(options) : new ajv.Ajv2020(options);
    // Draft 4 has `id`, which the compiler refuses to read as a name of the schema.
    instance.removeKeyword('id');
    try {
      const validate = instance.compile(schema);
      return (value) => (validate(value) ? undefined : problemOf(validate.errors));
    } catch (error) {
      if (error instanceof RangeError) throw error;
      throw new SchemaError(error instanceof Error ? error.message.slice(0, LONGEST_PROBLEM) : 'it fails');
    }
  }

  private grammarOf(kind: 'current' | 'older'): Ajv {
    const known = this.grammars[kind];
    if (known) return known;
    return (this.grammars[kind] = kind === 'older' ? new ajv.Ajv(OPTIONS) : new ajv.Ajv2020(OPTIONS));
  }
}

/** The reason why something is no usable JSON schema. */
export class SchemaError extends Error {}

function problemOf(errors: readonly ErrorObject[] | null | undefined): string {
  const [error] = errors ?? [];
  if (!error) return 'it is not valid';
  return `${error.instancePath} ${error.message ?? error.keyword}`.trim().slice(0, LONGEST_PROBLEM);
}
