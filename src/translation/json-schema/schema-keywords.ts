/**
 * What Claude's grammar of structured output knows of JSON schema. Sources: Anthropic, "Structured outputs", JSON
 * schema limitations; AWS user guide, "Get validated JSON results from models"; refusals seen by litellm #29624,
 * vercel/ai #17558 and 567-labs/instructor #2566. State of 2026-11-22.
 */

/** String formats that are held to. */
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
 * Limits that are refused ("For 'number' type, properties maximum, minimum are not supported") and told in the
 * description instead, as Anthropic's own clients do. `pattern` is documented as taken where it is simple; where
 * "simple" ends is not (2026-11-22), so it is told as well.
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

export const JSON_TYPES: ReadonlySet<unknown> = new Set([
  'object',
  'array',
  'string',
  'integer',
  'number',
  'boolean',
  'null',
]);
