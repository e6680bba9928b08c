import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Names of properties that Claude accepts in schemas. Sources, 2026-11-29:
 *
 * - "JSON schema is invalid. It must match JSON Schema draft 2020-12": acomagu/vscode-as-mcp-server#6.
 * - "Property keys should match pattern": twilio-labs/mcp#58,
 *   aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws#709. Observed only for the first level
 *   of tool schemas. The emulator checks all levels, and answer schemas, so that clients do not depend on that gap.
 */
const PROPERTY_KEY = /^[a-zA-Z0-9_.-]{1,64}$/;
const INVALID_KEY = `Property keys should match pattern '${PROPERTY_KEY.source}'`;

let draft: Ajv2020 | undefined;

/** Returns the first problem in the schemas of tools and of the answer format; undefined if all are valid. */
export function schemaProblem(tools: readonly unknown[], format: unknown): string | undefined {
  draft ??= new Ajv2020({ strict: false, validateFormats: false });
  for (const [index, schema] of tools.entries()) {
    const path = `tools.${index}.custom.input_schema`;
    if (!draft.validate('https://json-schema.org/draft/2020-12/schema', schema)) {
      return `${path}: JSON schema is invalid. It must match JSON Schema draft 2020-12 (https://json-schema.org/draft/2020-12). Learn more about tool use at https://docs.claude.com/en/docs/tool-use.`;
    }
    if (hasInvalidKey(schema)) return `${path}.properties: ${INVALID_KEY}`;
  }
  return hasInvalidKey(format) ? `output_config.format.schema.properties: ${INVALID_KEY}` : undefined;
}

function hasInvalidKey(value: unknown, isMap = false): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => hasInvalidKey(each));
  const entries = Object.entries(value);
  if (isMap) return entries.some(([key, each]) => !PROPERTY_KEY.test(key) || hasInvalidKey(each));
  return entries.some(([key, each]) => hasInvalidKey(each, key === 'properties'));
}
