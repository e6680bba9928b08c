import { getMetadataStorage, ValidationTypes } from '../../../../libraries/class-validator.ts';
import { FIELD_TYPES, UNION_TYPES } from './field-types.ts';
import { fieldLimits } from './limit-keywords.ts';
import type { LimitedApi } from '../../../../limits/request-limit.ts';
import type { ParameterTable } from '../../../../translation/parameters/parameter.ts';
import type { OpenApiSchema } from './schema.ts';

type Validator = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
/** Converts a validator to a schema. Returns undefined if JSON Schema cannot express it. */
type Translation = (first: never, second: never) => OpenApiSchema | undefined;

/** Schemas of the validators, by class-validator's names. */
const MEANINGS: Readonly<Record<string, Translation>> = {
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isObject: () => ({ type: 'object' }),
  isArray: () => ({ type: 'array', items: {} }),
  isNotEmpty: () => ({ minLength: 1 }),
  isDefined: () => ({}),
  isIn: (values: readonly unknown[]) => ({ enum: values }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  minLength: (minLength: number) => ({ minLength }),
  maxLength: (maxLength: number) => ({ maxLength }),
  isLength: (minLength: number, maxLength?: number) => ({ minLength, ...(maxLength !== undefined && { maxLength }) }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  matches: (pattern: RegExp) => ({ pattern: pattern.source }),
};

/**
 * Returns the schema of a request body, from the validators of its DTO class and the limits of its API. The schema therefore
 * matches the validation. The parameter table of the API, if any, adds the handling of each field, and fields without
 * validators.
 */
export function requestSchema(target: Function, parameters: ParameterTable = []): OpenApiSchema {
  const storage = getMetadataStorage();
  const validators = storage.getTargetValidationMetadatas(target, '', false, false);
  const properties: Record<string, OpenApiSchema> = {};
  const required: string[] = [];
  for (const [name, ofField] of Object.entries(storage.groupByPropertyName(validators))) {
    const isOptional = ofField.some(isOptionality);
    if (!isOptional) required.push(name);
    properties[name] = { ...(isOptional ? FIELD_TYPES[name] : UNION_TYPES[name]), ...fieldSchema(ofField, isOptional) };
  }
  for (const { field, treatment, note } of parameters) {
    if (/[.[]/.test(field) || (treatment === 'rejected' && properties[field] === undefined)) continue;
    properties[field] = { ...(properties[field] ?? FIELD_TYPES[field]), description: `${note} (${treatment})` };
  }
  const { limitsOf: api } = target as { limitsOf?: LimitedApi };
  const { '': ofBody, ...ofFields } = api === undefined ? {} : fieldLimits(api);
  for (const [field, limit] of Object.entries(ofFields)) {
    properties[field] = { ...(properties[field] ?? FIELD_TYPES[field]), ...limit };
  }
  return { type: 'object', properties, required, additionalProperties: true, ...ofBody };
}

/** Returns the schema of a field. As in OpenAI's API, null counts as absent. */
function fieldSchema(validators: readonly Validator[], isOptional: boolean): OpenApiSchema {
  const schema: Record<string, unknown> = {};
  for (const validator of validators) Object.assign(schema, meaningOf(validator));
  if (!isOptional) return schema;
  if (typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null'];
  if (Array.isArray(schema['enum'])) schema['enum'] = [...(schema['enum'] as unknown[]), null];
  return schema;
}

function meaningOf(validator: Validator): OpenApiSchema {
  const { name, each } = validator;
  // Undefined for validators without arguments, although the type does not allow it.
  const constraints = validator.constraints as [never, never] | undefined;
  const meaning = MEANINGS[name ?? '']?.(...(constraints ?? ([] as never))) ?? {};
  return each ? { type: 'array', items: meaning } : meaning;
}

function isOptionality({ type, name }: Validator): boolean {
  return type === ValidationTypes.CONDITIONAL_VALIDATION && name === 'isOptional';
}
