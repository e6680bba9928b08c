import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * What Claude refuses of schemas, as far as it was seen: "JSON schema is invalid. It must match JSON Schema draft
 * 2020-12" (acomagu/vscode-as-mcp-server#6) and "Property keys should match pattern" (twilio-labs/mcp#58,
 * aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#709). The latter was seen at the first
 * level of tools only; here it holds at every depth and for answers, so that nothing depends on that. 2026-11-29.
 */
const PROPERTY_KEY = /^[a-zA-Z0-9_.-]{1,64}$/;
const ODD_KEY = `Property keys should match pattern '${PROPERTY_KEY.source}'`;

let draft: Ajv2020 | undefined;

/** What is wrong with the schemas of tools and of the answer; `undefined` where nothing is. */
export function schemaProblem(tools: readonly unknown[], format: unknown): string | undefined {
  draft ??= new Ajv2020({ strict: false, validateFormats: false });
  for (const [index, schema] of tools.entries()) {
    const path = `tools.${index}.custom.input_schema`;
    if (!draft.validate('https://json-schema.org/draft/2020-12/schema', schema)) {
      return `${path}: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.`;
    }
    if (hasOddKey(schema)) return `${path}.properties: ${ODD_KEY}`;
  }
  return hasOddKey(format) ? `output_config.format.schema.properties: ${ODD_KEY}` : undefined;
}

function hasOddKey(value: unknown, isMap = false): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => hasOddKey(each));
  const entries = Object.entries(value);
  if (isMap) return entries.some(([key, each]) => !PROPERTY_KEY.test(key) || hasOddKey(each));
  return entries.some(([key, each]) => hasOddKey(each, key === 'properties'));
}
