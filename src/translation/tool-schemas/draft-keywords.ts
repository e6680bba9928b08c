import { doubleOf, isExactNumber } from '../../wire/json/exact-json.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * Kinds of values that keywords have in the meta-schemas of JSON Schema draft 2020-12. Claude rejects tools whose
 * schema is not valid in this draft: "JSON schema is invalid. It must match JSON Schema draft 2020-12"
 * (acomagu/vscode-as-mcp-server#6 on Bedrock, 2025-05).
 */
export type Kind =
  | 'type'
  | 'text'
  | 'identifier'
  | 'flag'
  | 'number'
  | 'positive'
  | 'count'
  | 'choices'
  | 'values'
  | 'names'
  | 'names-by-name'
  | 'dependencies'
  | 'schema'
  | 'schemas'
  | 'schemas-by-name';

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['type', 'type'],
  ...withKind('text', 'title description $comment $schema $ref $anchor $dynamicRef $dynamicAnchor format pattern'),
  ...withKind('text', 'contentEncoding contentMediaType'),
  ['$id', 'identifier'],
  ...withKind('flag', 'uniqueItems deprecated readOnly writeOnly'),
  ...withKind('number', 'minimum maximum exclusiveMinimum exclusiveMaximum'),
  ['multipleOf', 'positive'],
  ...withKind('count', 'minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains'),
  ['enum', 'choices'],
  ['examples', 'values'],
  ['required', 'names'],
  ['dependentRequired', 'names-by-name'],
  ['dependencies', 'dependencies'],
  ...withKind('schema', 'items additionalProperties not if then else contains propertyNames contentSchema'),
  ...withKind('schema', 'unevaluatedItems unevaluatedProperties'),
  ...withKind('schemas', 'allOf anyOf oneOf prefixItems'),
  ...withKind('schemas-by-name', 'properties patternProperties $defs definitions dependentSchemas'),
]);

const TYPES: ReadonlySet<unknown> = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean', 'null']);

function withKind(kind: Kind, keywords: string): [string, Kind][] {
  return keywords.split(' ').map((keyword) => [keyword, kind]);
}

/**
 * Returns the kind of a keyword's value; undefined for keywords that the draft does not define, whose values can be
 * anything.
 */
export function kindOf(keyword: string): Kind | undefined {
  return KINDS.get(keyword);
}

/** Returns true for a type name of JSON Schema. */
export function isType(type: unknown): boolean {
  return TYPES.has(type);
}

/** Checks of a value by kind. Schemas inside the value are not checked. */
const ACCEPTS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  type: (value) => isType(value) || (isUniqueList(value) && value.length > 0 && value.every(isType)),
  text: (value) => typeof value === 'string',
  identifier: (value) => typeof value === 'string' && !/#./.test(value),
  flag: (value) => typeof value === 'boolean',
  number: isNumber,
  positive: (value) => isNumber(value) && (typeof value === 'number' ? value : doubleOf(value)) > 0,
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
  // The draft allows an empty list, but no value satisfies it, and validators reject it.
  choices: (value) => Array.isArray(value) && value.length > 0,
  values: Array.isArray,
  names: isListOfNames,
  'names-by-name': (value) => isRecord(value) && Object.values(value).every(isListOfNames),
  dependencies: (value) =>
    isRecord(value) && Object.values(value).every((each) => isSchema(each) || isListOfNames(each)),
  schema: isSchema,
  schemas: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
  'schemas-by-name': (value) => isRecord(value) && Object.values(value).every(isSchema),
};

/** Returns true if the draft allows the value for the keyword. */
export function isAccepted(keyword: string, value: unknown): boolean {
  const kind = KINDS.get(keyword);
  return kind === undefined || ACCEPTS[kind](value);
}

/** Returns true for a number, including one that is stored as text to keep its digits. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number' || isExactNumber(value);
}

/** Returns true for a schema: an object or a boolean. */
export function isSchema(value: unknown): boolean {
  return typeof value === 'boolean' || isRecord(value);
}

function isListOfNames(value: unknown): boolean {
  return isUniqueList(value) && value.every((name) => typeof name === 'string');
}

function isUniqueList(value: unknown): value is unknown[] {
  return Array.isArray(value) && new Set<unknown>(value).size === value.length;
}
