import { invalidType, notListed, notObject } from '../../../limits/field-errors.ts';
import { anyObjectOutput, schemaOutput } from '../../structured/schema-output.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ChatRequest } from '../chat-request.types.ts';
import type { StructuredOutputOptions } from '../../structured/structured-output-options.ts';

const PARAM = 'response_format';

/**
 * Reads OpenAI's `response_format`; undefined if the answer is plain text.
 *
 * @throws GatewayError 400 with `param` for an invalid format
 */
export function readResponseFormat({ response_format: format }: ChatRequest): StructuredOutputOptions | undefined {
  const requested: unknown = format ?? undefined;
  if (requested === undefined) return undefined;
  if (!isRecord(requested)) throw invalidType(PARAM, 'an object', requested);
  switch (requested['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return anyObjectOutput(PARAM);
    case 'json_schema':
      return readJsonSchema(requested['json_schema']);
    default:
      throw notListed(`${PARAM}.type`, ['text', 'json_object', 'json_schema'], requested['type']);
  }
}

function readJsonSchema(format: unknown): StructuredOutputOptions {
  const param = `${PARAM}.json_schema`;
  if (!isRecord(format)) throw notObject(param, format);
  return schemaOutput(format, PARAM, param);
}
