import { badRequest } from '../../errors/errors.ts';
import { emptyString, invalidType, notText } from '../../limits/field-errors.ts';
import { schemaSizeProblem } from '../json-schema/json-schema.ts';
import { isRecord } from '../../wire/json/json-fields.ts';
import type { StructuredOutputOptions } from './structured-output-options.ts';

/** Characters that OpenAI does not accept in a name. AWS does not document those that Bedrock accepts (2026-11-22). */
const NAME = /[^a-zA-Z0-9_-]/g;

/** Returns the options for any JSON object. `field` is the path of the request field that asks for it. */
export function anyObjectOutput(field: string): StructuredOutputOptions {
  return { param: field, schemaParam: field, name: 'answer', isLoose: true };
}

/**
 * Reads OpenAI's `name`, `description`, `schema` and `strict`, which each API nests differently.
 *
 * Without `strict`, an answer that does not conform or cannot be checked is returned all the same, and reported.
 *
 * @param fields - the object that holds the four fields
 * @param field - path of the request field that asks for JSON, for reports
 * @param param - path of `fields`
 * @throws GatewayError 400 with `param` for an invalid field
 */
export function schemaOutput(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  param: string,
): StructuredOutputOptions {
  const { name, description, schema, strict } = fields;
  if (typeof name !== 'string') throw notText(`${param}.name`, name);
  if (name === '') throw emptyString(`${param}.name`);
  const options: StructuredOutputOptions = {
    param: field,
    schemaParam: `${param}.schema`,
    name: name.slice(0, 64).replaceAll(NAME, '_'),
    ...readDescription(description, `${param}.description`),
    ...(strict !== true && { isLoose: true }),
  };
  if (schema === undefined || schema === null) return options;
  if (!isRecord(schema)) throw invalidType(options.schemaParam, 'an object', schema);
  const problem = schemaSizeProblem(schema);
  if (problem !== undefined) throw badRequest(problem, options.schemaParam);
  return { ...options, schema };
}

function readDescription(description: unknown, param: string): { description?: string } {
  if (description === undefined || description === null) return {};
  if (typeof description !== 'string') throw invalidType(param, 'a string', description);
  return { description };
}
