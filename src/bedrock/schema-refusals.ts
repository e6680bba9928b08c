import { GatewayError } from '../errors.ts';

/** What Bedrock would not take, as far as its words tell. */
export interface SchemaRefusal {
  /** `schemas`: of the answer or of strict tools, or of all together. */
  about: 'format' | 'strict-tools' | 'tool-choice' | 'schemas';
  /** Whether this model takes none of it, or not these schemas. */
  scope: 'model' | 'schemas';
}

type Code = 'schema_refused' | 'tool_choice_refused';

/**
 * Wordings of refused schemas: "The compiled grammar is too large", "Too many strict tools (", "Schemas contains too
 * many parameters with union types (" (pi-ai, 2026-11), "Schema is too complex", "Too many recursive definitions in
 * schema" (Anthropic), "output_config.format.schema: For 'number' type, properties maximum, minimum are not
 * supported" (litellm #29168), "This model doesn't support the outputConfig.textFormat field".
 */
const SCHEMA =
  /compiled grammar|\bstrict\b|\bschemas? (contains|is|are)\b|definitions in schema|output_?config|text_?format|input_?schema/i;
const TOOL_CHOICE = /tool_?choice/i;
const UNKNOWN_TO_MODEL =
  /extra inputs are not permitted|extraneous key|doesn.t support|does not support|not supported (by|for|on|with) (this|the) model/i;

/** The code of a ValidationException with these words; null where it is about something else. */
export function schemaRefusalCode(message: string): Code | null {
  if (SCHEMA.test(message)) return 'schema_refused';
  return TOOL_CHOICE.test(message) ? 'tool_choice_refused' : null;
}

/** Undefined for every other failure. */
export function schemaRefusal(error: unknown): SchemaRefusal | undefined {
  if (!(error instanceof GatewayError)) return undefined;
  if (error.code !== 'schema_refused' && error.code !== 'tool_choice_refused') return undefined;
  const scope = UNKNOWN_TO_MODEL.test(error.message) ? 'model' : 'schemas';
  if (error.code === 'tool_choice_refused') return { about: 'tool-choice', scope };
  if (/output_?config|text_?format/i.test(error.message)) return { about: 'format', scope };
  return { about: /strict tools \(|\.strict\b/i.test(error.message) ? 'strict-tools' : 'schemas', scope };
}
