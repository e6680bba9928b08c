import { badRequest } from '../../errors.ts';
import { isRecord } from '../converse/tool-input.ts';
import { sizeProblem } from '../structured/json-schema.ts';
import type { StructuredWish } from '../structured/structured-plan.ts';
import type { ChatRequest } from './chat-request.ts';

const PARAM = 'response_format';
const ANY_OBJECT: StructuredWish = { param: PARAM, schemaParam: PARAM, name: 'answer' };
/** What OpenAI takes as a name; whether Bedrock takes more is documented nowhere (2026-11-22). */
const NAME = /[^a-zA-Z0-9_-]/g;

/** OpenAI's `response_format`; undefined where the answer is plain text. */
export function readResponseFormat({ response_format: format }: ChatRequest): StructuredWish | undefined {
  const given: unknown = format ?? undefined;
  if (given === undefined) return undefined;
  if (!isRecord(given)) throw badRequest('response_format must be an object.', PARAM);
  switch (given['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return ANY_OBJECT;
    case 'json_schema':
      return readJsonSchema(given['json_schema']);
    default:
      throw badRequest('response_format.type must be text, json_object or json_schema.', `${PARAM}.type`);
  }
}

/** `strict` makes no difference: an answer that does not conform is never given out. */
function readJsonSchema(format: unknown): StructuredWish {
  const param = `${PARAM}.json_schema`;
  if (!isRecord(format)) throw badRequest('json_schema must be an object with a name and a schema.', param);
  const { name, description, schema } = format;
  if (typeof name !== 'string' || name === '') throw badRequest('A json_schema needs a name.', `${param}.name`);
  const wish: StructuredWish = {
    param: PARAM,
    schemaParam: `${param}.schema`,
    name: name.replaceAll(NAME, '_').slice(0, 64),
    ...readDescription(description, `${param}.description`),
  };
  if (schema === undefined || schema === null) return wish;
  if (!isRecord(schema)) throw badRequest('schema must be a JSON schema.', wish.schemaParam);
  const problem = sizeProblem(schema);
  if (problem !== undefined) throw badRequest(problem, wish.schemaParam);
  return { ...wish, schema };
}

function readDescription(description: unknown, param: string): { description?: string } {
  if (description === undefined || description === null) return {};
  if (typeof description !== 'string') throw badRequest('A description must be a string.', param);
  return { description };
}
