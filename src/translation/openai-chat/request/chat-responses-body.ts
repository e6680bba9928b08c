import { invalidType } from '../../../limits/field-errors.ts';
import type { TranslationOptions, Translation } from '../../dialect.ts';
import { ENCRYPTED_REASONING, responsesRequest } from '../../openai-responses/request/responses-request.ts';
import { asArray } from '../../openai-responses/request/tools/responses-tool-kinds.ts';
import type { ResponsesRequest } from '../../openai-responses/responses-request.types.ts';

/**
 * Returns true for a body of the Responses API. Some editors send it to the path of chat and expect an answer in the format
 * of chat (Cursor with a custom API key, BerriAI/litellm#34029).
 */
export function isResponsesBody(body: object): body is ResponsesRequest {
  const { messages, input } = body as { messages?: unknown; input?: unknown };
  return messages === undefined && input !== undefined;
}

/** A body of the Responses API with the field that concerns the answer in the format of chat. Not yet validated. */
type ResponsesBody = ResponsesRequest & { include_reasoning?: unknown };

/**
 * Converts a body of the Responses API to Converse. Reports options that an answer in the format of chat cannot have.
 *
 * @throws GatewayError 400 with `param`, as `responsesRequest`
 */
export function responsesBodyRequest(body: ResponsesRequest, options: TranslationOptions): Translation {
  const { include_reasoning: includeReasoning, ...request }: ResponsesBody = body;
  if (typeof (includeReasoning ?? false) !== 'boolean') {
    throw invalidType('include_reasoning', 'a boolean', includeReasoning);
  }
  const translation = responsesRequest(request, options);
  const ignored = [
    ...(request.store === true ? ['store=ignored'] : []),
    ...(asArray(request.include).includes(ENCRYPTED_REASONING) ? ['include=ignored'] : []),
  ];
  return ignored.length === 0 ? translation : { ...translation, adjusted: [...translation.adjusted, ...ignored] };
}
