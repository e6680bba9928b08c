import { doubleOf, isExactNumber } from '../../wire/json/exact-json.ts';
import { isRecord } from '../../wire/json/json-fields.ts';

/**
 * What draft 2020-12 of JSON Schema accepts as the value of each keyword (its meta-schemas). Claude refuses tools whose
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
  ...named('text', 'title description $comment $schema $ref $anchor $dynamicRef $dynamicAnchor format pattern'),
  ...named('text', 'contentEncoding contentMediaType'),
  ['$id', 'identifier'],
  ...named('flag', 'uniqueItems deprecated readOnly writeOnly'),
  ...named('number', 'minimum maximum exclusiveMinimum exclusiveMaximum'),
  ['multipleOf', 'positive'],
  ...named('count', 'minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains'),
  ['enum', 'choices'],
  ['examples', 'values'],
  ['required', 'names'],
  ['dependentRequired', 'names-by-name'],
  ['dependencies', 'dependencies'],
  ...named('schema', 'items additionalProperties not if then else contains propertyNames contentSchema'),
  ...named('schema', 'unevaluatedItems unevaluatedProperties'),
  ...named('schemas', 'allOf anyOf oneOf prefixItems'),
  ...named('schemas-by-name', 'properties patternProperties $defs definitions dependentSchemas'),
]);

const TYPES: ReadonlySet<unknown> = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean', 'null']);

function named(kind: Kind, keywords: string): [string, Kind][] {
  return keywords.split(' ').map((keyword) => [keyword, kind]);
}

/** Returns undefined for keywords that the draft does not define; those may hold anything. */
export function kindOf(keyword: string): Kind | undefined {
  return KINDS.get(keyword);
}

export function isType(type: unknown): boolean {
  return TYPES.has(type);
}

/** Whether a value is one of its kind. Schemas inside it are not looked at. */
const ACCEPTS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  type: (value) => isType(value) || (isDistinct(value) && value.length > 0 && value.every(isType)),
  text: (value) => typeof value === 'string',
  identifier: (value) => typeof value === 'string' && !/#./.test(value),
  flag: (value) => typeof value === 'boolean',
  number: isNumber,
  positive: (value) => isNumber(value) && (typeof value === 'number' ? value : doubleOf(value)) > 0,
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
  // The draft allows none, which no value satisfies and validators refuse.
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

/** Whether the keyword may have the value. */
export function isAccepted(keyword: string, value: unknown): boolean {
  const kind = KINDS.get(keyword);
  return kind === undefined || ACCEPTS[kind](value);
}

/** Whether a value is a number, also one that is kept as its text. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number' || isExactNumber(value);
}

export function isSchema(value: unknown): boolean {
  return typeof value === 'boolean' || isRecord(value);
}

function isListOfNames(value: unknown): boolean {
  return isDistinct(value) && value.every((name) => typeof name === 'string');
}

function isDistinct(value: unknown): value is unknown[] {
  return Array.isArray(value) && new Set<unknown>(value).size === value.length;
}
