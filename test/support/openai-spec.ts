import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const SPEC = new URL('../../../shared/openai-spec/schemas.json', import.meta.url);

/**
 * Fields that OpenAI's API returns as null although its published schemas do not allow null. The Open Responses
 * specification requires them with null.
 */
const NULL_ON_THE_WIRE: readonly string[] = ['usage', 'safety_identifier', 'prompt_cache_key', 'description'];

function withoutNulls(name: string, value: unknown): unknown {
  return value === null && NULL_ON_THE_WIRE.includes(name) ? undefined : value;
}

/**
 * Checks a value against a schema of OpenAI's published specification. Without the file it prints a line and checks
 * nothing.
 */
export function specValidator(): (schema: string, value: unknown) => void {
  if (!existsSync(SPEC)) {
    console.warn(
      'skipped: answers are not checked against OpenAI’s specification, its schemas are not on this machine',
    );
    return () => {};
  }
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema(JSON.parse(readFileSync(SPEC, 'utf8')) as object, 'openai');
  return (schema, value) => {
    const check = ajv.getSchema(`openai#/$defs/${schema}`);
    if (!check) throw new Error(`the specification has no schema ${schema}`);
    if (!check(JSON.parse(JSON.stringify(value), withoutNulls))) {
      throw new Error(`not a ${schema}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(value).slice(0, 500)}`);
    }
  };
}
