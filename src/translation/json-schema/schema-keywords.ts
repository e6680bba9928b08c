/**
 * JSON Schema keywords of Claude's grammar for structured output. Sources: Anthropic, "Structured outputs", JSON Schema
 * limitations; AWS user guide, "Get validated JSON results from models"; rejections reported in litellm #29624,
 * vercel/ai #17558 and 567-labs/instructor #2566. As of 2026-11-22.
 */

/** String formats that the grammar enforces. */
export const KNOWN_FORMATS: ReadonlySet<unknown> = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'uri',
  'ipv4',
  'ipv6',
  'uuid',
]);

/**
 * Keywords that the grammar rejects ("For 'number' type, properties maximum, minimum are not supported"). The gateway
 * moves them to the description, as Anthropic's SDKs do. `pattern` is documented as supported if it is simple. What
 * counts as simple is not documented (2026-11-22), so all patterns move.
 */
export const UNSUPPORTED_LIMITS: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'maxItems',
  'uniqueItems',
  'contains',
  'minContains',
  'maxContains',
  'minProperties',
  'maxProperties',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'dependencies',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentEncoding',
  'contentMediaType',
]);

/** Type names of JSON Schema. */
export const JSON_TYPES: ReadonlySet<unknown> = new Set([
  'object',
  'array',
  'string',
  'integer',
  'number',
  'boolean',
  'null',
]);
