import { badRequest } from '../../errors/errors.ts';
import { emptyString, invalidType, notText } from '../../limits/field-errors.ts';
import { schemaSizeProblem } from '../json-schema/json-schema.ts';
import { isRecord } from '../../wire/json/json-fields.ts';
import type { StructuredOutputOptions } from './structured-wish.ts';

/** What OpenAI takes as a name; whether Bedrock takes more is documented nowhere (2026-11-22). */
const NAME = /[^a-zA-Z0-9_-]/g;

/** An answer that is any JSON object. `field` is the request's field that asks for it. */
export function anyObjectOutput(field: string): StructuredOutputOptions {
  return { param: field, schemaParam: field, name: 'answer', isLoose: true };
}

/**
 * OpenAI's name, description and schema, wherever a dialect nests them; `param` is the path of their object.
 * Without `strict`, an answer that does not conform in the end, or cannot be checked, is given out and reported.
 */
export function schemaOutput(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  param: string,
): StructuredOutputOptions {
  const { name, description, schema, strict } = fields;
  if (typeof name !== 'string') throw notText(`${param}.name`, name);
  if (name === '') throw emptyString(`${param}.name`);
  const wish: StructuredOutputOptions = {
    param: field,
    schemaParam: `${param}.schema`,
    name: name.slice(0, 64).replaceAll(NAME, '_'),
    ...readDescription(description, `${param}.description`),
    ...(strict !== true && { isLoose: true }),
  };
  if (schema === undefined || schema === null) return wish;
  if (!isRecord(schema)) throw invalidType(wish.schemaParam, 'an object', schema);
  const problem = schemaSizeProblem(schema);
  if (problem !== undefined) throw badRequest(problem, wish.schemaParam);
  return { ...wish, schema };
}

function readDescription(description: unknown, param: string): { description?: string } {
  if (description === undefined || description === null) return {};
  if (typeof description !== 'string') throw invalidType(param, 'a string', description);
  return { description };
}
