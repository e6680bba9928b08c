import { invalidType, notListed } from '../../../limits/field-errors.ts';
import { anyObjectOutput, schemaOutput } from '../../structured/schema-output.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';
import type { StructuredOutputOptions } from '../../structured/structured-output-options.ts';

const PARAM = 'text.format';

/**
 * Reads OpenAI's `text.format`; undefined if the answer is plain text.
 *
 * @throws GatewayError 400 with `param` for an invalid format
 */
export function readTextFormat({ text }: ResponsesRequest): StructuredOutputOptions | undefined {
  const format: unknown = text?.format ?? undefined;
  if (format === undefined) return undefined;
  if (!isRecord(format)) throw invalidType(PARAM, 'an object', format);
  switch (format['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return anyObjectOutput(PARAM);
    case 'json_schema':
      return schemaOutput(format, PARAM, PARAM);
    default:
      throw notListed(`${PARAM}.type`, ['text', 'json_object', 'json_schema'], format['type']);
  }
}
