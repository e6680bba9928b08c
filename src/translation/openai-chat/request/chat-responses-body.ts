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

/**
 * Converts a body of the Responses API to Converse. Reports options that an answer in the format of chat cannot have.
 *
 * @throws GatewayError 400 with `param`, as `responsesRequest`
 */
export function responsesBodyRequest(request: ResponsesRequest, options: TranslationOptions): Translation {
  const translation = responsesRequest(request, options);
  const ignored = [
    ...(request.store === true ? ['store=ignored'] : []),
    ...(asArray(request.include).includes(ENCRYPTED_REASONING) ? ['include=ignored'] : []),
  ];
  return ignored.length === 0 ? translation : { ...translation, adjusted: [...translation.adjusted, ...ignored] };
}
