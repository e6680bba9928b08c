import type { OutputFormat } from '../../models/types/model.ts';
import type { JsonSchema } from './json-schema.ts';

/** The output that a request requires, and how the model was instructed to produce it. */
export interface ExpectedOutput {
  /** Path of the field that requires JSON, for reports. */
  field: string;
  /** Path of the field with the schema, for error messages. */
  param: string;
  format: OutputFormat;
  /** The client's schema; if absent, any JSON object conforms. */
  schema?: JsonSchema;
  /** Name of the tool whose input is the answer, for the format `tool`. */
  toolName?: string;
  /**
   * True if output that does not conform, or cannot be checked, is returned anyway and reported in
   * `x-outcrop-adjusted`.
   */
  isLoose?: true;
}

/** Schemas of a request that Bedrock enforces. */
export interface EnforcedSchemas {
  /** Absent if the answer is plain text or must be a tool call. */
  expected?: ExpectedOutput;
  /** Number of tools that were sent as strict. */
  strictTools: number;
  /** The client's schemas, in their original form. Rejections by Bedrock are remembered for them. */
  schemas: readonly JsonSchema[];
}

/** Restrictions that follow from earlier rejections by Bedrock. */
export interface SchemaFallback {
  /** Best format that can still be used. */
  format?: OutputFormat;
  strictTools?: 'dropped';
}

/** Formats in descending order of reliability of the output. The last one is accepted by every model. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = ['native', 'tool', 'prompt'];

/** Returns the later of two formats in `OUTPUT_FORMATS`. */
export function weakerFormat(one: OutputFormat, other: OutputFormat = one): OutputFormat {
  return OUTPUT_FORMATS.indexOf(one) > OUTPUT_FORMATS.indexOf(other) ? one : other;
}

/** Returns the fallback that satisfies both: the weaker of the two formats, and no strict tools if either drops them. */
export function combinedFallback(one: SchemaFallback, other: SchemaFallback): SchemaFallback {
  const format = one.format && other.format ? weakerFormat(one.format, other.format) : (one.format ?? other.format);
  const strictTools = one.strictTools ?? other.strictTools;
  return { ...(format && { format }), ...(strictTools && { strictTools }) };
}

/** Returns the earlier of two formats in `OUTPUT_FORMATS`. */
export function betterFormat(one: OutputFormat, other: OutputFormat): OutputFormat {
  return weakerFormat(one, other) === one ? other : one;
}

/** Returns the format after this one; undefined after the last. */
export function nextFormat(format: OutputFormat): OutputFormat | undefined {
  return OUTPUT_FORMATS[OUTPUT_FORMATS.indexOf(format) + 1];
}

/** Result of a check. `problem`: why the value does not conform. `unchecked`: why the check could not be completed. */
export type SchemaCheckResult = 'conforms' | { problem: string } | { unchecked: string };

/** Checks a JSON text. `value` is the parsed text. Returns a promise if the check runs in the schema worker. */
export type SchemaCheck = (json: string, value: unknown) => SchemaCheckResult | Promise<SchemaCheckResult>;
