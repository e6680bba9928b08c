import type { JsonSchema } from '../json-schema/json-schema.ts';

/** The JSON output that a request asks for, read from any API. */
export interface StructuredOutputOptions {
  /** Path of the request field that asks for JSON. */
  param: string;
  /** Path of the schema, for errors and adjustments. */
  schemaParam: string;
  /** Name of the schema: at most 64 letters, digits, `_` and `-`. */
  name: string;
  description?: string;
  /** The schema of the answer; any JSON object if absent. */
  schema?: JsonSchema;
  /** True if the request does not set `strict`. The client then receives answers that do not conform or cannot be checked. */
  isLoose?: true;
}
