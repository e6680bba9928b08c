import { schemaRefusal } from '../../bedrock/schema-refusals.ts';
import { GatewayError } from '../../errors.ts';
import { type Fields, fieldsOf } from '../../translation/messages/messages-wire.ts';

const ADVICE =
  'Claude holds the answer to `output_config.format` by itself, so the gateway cannot ask for it in another way here. ' +
  'Simplify the schema: set `additionalProperties` to false, and remove limits (`minimum`, `maxLength`, `pattern`), ' +
  'recursion and open maps. Or send the schema as `response_format` to /v1/chat/completions, which accepts it.';

/** Returns the failure with what to change, where Bedrock refused the format of the answer; all others as they are. */
export function withFormatAdvice(error: unknown, body: Fields): unknown {
  const refusal = schemaRefusal(error);
  if (!(error instanceof GatewayError) || refusal === undefined) return error;
  if (refusal.about !== 'format' && refusal.about !== 'schemas') return error;
  const format = fieldsOf(fieldsOf(body['output_config'])['format']);
  if (format['schema'] === undefined) return error;
  return error.with({ message: `${error.message} ${ADVICE}`, param: 'output_config.format.schema' });
}
