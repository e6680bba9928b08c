import type { JsonSchema } from '../json-schema/json-schema.ts';

/** An answer in JSON, in whatever words a dialect asks for it. */
export interface StructuredOutputOptions {
  /** Path of the request's field. */
  param: string;
  /** Path of its schema, for what is told of it. */
  schemaParam: string;
  name: string;
  description?: string;
  /** Absent: any JSON object. */
  schema?: JsonSchema;
  /** The request does without `strict`: an answer that does not conform, or cannot be checked, may pass. */
  isLoose?: true;
}
