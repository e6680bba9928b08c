import { invalidType, notListed, notObject } from '../../../limits/field-errors.ts';
import { anyObjectOutput, schemaOutput } from '../../structured/schema-output.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ChatRequest } from '../chat-request.types.ts';
import type { StructuredOutputOptions } from '../../structured/structured-wish.ts';

const PARAM = 'response_format';

/** OpenAI's `response_format`; undefined where the answer is plain text. */
export function readResponseFormat({ response_format: format }: ChatRequest): StructuredOutputOptions | undefined {
  const given: unknown = format ?? undefined;
  if (given === undefined) return undefined;
  if (!isRecord(given)) throw invalidType(PARAM, 'an object', given);
  switch (given['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return anyObjectOutput(PARAM);
    case 'json_schema':
      return readJsonSchema(given['json_schema']);
    default:
      throw notListed(`${PARAM}.type`, ['text', 'json_object', 'json_schema'], given['type']);
  }
}

function readJsonSchema(format: unknown): StructuredOutputOptions {
  const param = `${PARAM}.json_schema`;
  if (!isRecord(format)) throw notObject(param, format);
  return schemaOutput(format, PARAM, param);
}
