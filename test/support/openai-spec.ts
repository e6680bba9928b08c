import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const SPEC = new URL('../../../shared/openai-spec/schemas.json', import.meta.url);

/** Checks a value against a schema of OpenAI's published specification; without the file it says so and checks nothing. */
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
    if (!check(JSON.parse(JSON.stringify(value)))) {
      throw new Error(`not a ${schema}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(value).slice(0, 500)}`);
    }
  };
}
