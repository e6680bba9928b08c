import type { OutputFormat } from '../../models/types/model.ts';
import type { JsonSchema } from './json-schema.ts';

/** What the answer to a request has to be, and how the model was told so. */
export interface ExpectedOutput {
  /** Path of the request's field that asks for JSON, for reports. */
  field: string;
  /** Path of its schema, for refusals. */
  param: string;
  way: OutputFormat;
  /** As the client gave it; without one, any JSON object will do. */
  schema?: JsonSchema;
  /** The tool whose input is the answer (way `tool`). */
  toolName?: string;
  /** An answer that does not conform, or cannot be checked, passes in the end, and `x-outcrop-adjusted` reports it. */
  isLoose?: true;
}

/** Where Bedrock was given schemas that the model is held to. */
export interface EnforcedSchemas {
  /** Absent where the answer is free, or must be a call of a tool. */
  expected?: ExpectedOutput;
  /** How many tools went out as strict. */
  strictTools: number;
  /** The client's schemas, whatever became of them: what a refusal is remembered for. */
  schemas: readonly JsonSchema[];
}

/** What Bedrock has refused before: as far as this the translation has to give way. */
export interface SchemaFallback {
  /** No better way than this. */
  way?: OutputFormat;
  strictTools?: 'dropped';
}

/** From the best to the one that always works. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = ['native', 'tool', 'prompt'];

/** The lesser of two ways. */
export function weakerFormat(one: OutputFormat, other: OutputFormat = one): OutputFormat {
  return OUTPUT_FORMATS.indexOf(one) > OUTPUT_FORMATS.indexOf(other) ? one : other;
}

/** Returns the fallback that satisfies both: the weaker of the two formats, and no strict tools if either drops them. */
export function bothFallbacks(one: SchemaFallback, other: SchemaFallback): SchemaFallback {
  const way = one.way && other.way ? weakerFormat(one.way, other.way) : (one.way ?? other.way);
  const strictTools = one.strictTools ?? other.strictTools;
  return { ...(way && { way }), ...(strictTools && { strictTools }) };
}

/** The better of two ways. */
export function betterWay(one: OutputFormat, other: OutputFormat): OutputFormat {
  return weakerFormat(one, other) === one ? other : one;
}

/** The way after this one; undefined after the last. */
export function nextFormat(way: OutputFormat): OutputFormat | undefined {
  return OUTPUT_FORMATS[OUTPUT_FORMATS.indexOf(way) + 1];
}

/** The result of one check. `unchecked` gives the reason why the check could not be completed. */
export type Verdict = 'conforms' | { problem: string } | { unchecked: string };

/** Checks a JSON text; `value` is what the text holds. Checks that may be expensive run elsewhere and are awaited. */
export type SchemaCheck = (json: string, value: unknown) => Verdict | Promise<Verdict>;
