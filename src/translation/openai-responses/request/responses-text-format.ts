import { invalidType, notListed } from '../../../limits/field-errors.ts';
import { anyObjectWish, schemaWish } from '../../structured/schema-output.ts';
import { isRecord } from '../../../wire/json/json-fields.ts';
import type { ResponsesRequest } from '../responses-request.types.ts';
import type { StructuredWish } from '../../structured/structured-wish.ts';

const PARAM = 'text.format';

/** OpenAI's `text.format`; undefined where the answer is plain text. */
export function readTextFormat({ text }: ResponsesRequest): StructuredWish | undefined {
  const format: unknown = text?.format ?? undefined;
  if (format === undefined) return undefined;
  if (!isRecord(format)) throw invalidType(PARAM, 'an object', format);
  switch (format['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return anyObjectWish(PARAM);
    case 'json_schema':
      return schemaWish(format, PARAM, PARAM);
    default:
      throw notListed(`${PARAM}.type`, ['text', 'json_object', 'json_schema'], format['type']);
  }
}
