import { badRequest } from '../../errors.ts';
import { isRecord } from '../converse/tool-input.ts';
import { anyObjectWish, schemaWish } from '../structured/schema-wish.ts';
import type { StructuredWish } from '../structured/structured-plan.ts';
import type { ChatRequest } from './chat-request.ts';

const PARAM = 'response_format';

/** OpenAI's `response_format`; undefined where the answer is plain text. */
export function readResponseFormat({ response_format: format }: ChatRequest): StructuredWish | undefined {
  const given: unknown = format ?? undefined;
  if (given === undefined) return undefined;
  if (!isRecord(given)) throw badRequest('response_format must be an object.', PARAM);
  switch (given['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return anyObjectWish(PARAM);
    case 'json_schema':
      return readJsonSchema(given['json_schema']);
    default:
      throw badRequest('response_format.type must be text, json_object or json_schema.', `${PARAM}.type`);
  }
}

function readJsonSchema(format: unknown): StructuredWish {
  const param = `${PARAM}.json_schema`;
  if (!isRecord(format)) throw badRequest('json_schema must be an object with a name and a schema.', param);
  return schemaWish(format, PARAM, param);
}
