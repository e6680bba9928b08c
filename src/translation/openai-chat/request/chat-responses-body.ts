import type { TranslationOptions, Translation } from '../../dialect.ts';
import { ENCRYPTED_REASONING, responsesRequest } from '../../openai-responses/request/responses-request.ts';
import { asArray } from '../../openai-responses/request/tools/responses-tool-kinds.ts';
import type { ResponsesRequest } from '../../openai-responses/responses-request.types.ts';

/**
 * Whether a body is one of the Responses API: editors post it to the path of chat and read chunks of chat
 * (Cursor with a key of one's own, BerriAI/litellm#34029).
 */
export function isResponsesBody(body: object): body is ResponsesRequest {
  const { messages, input } = body as { messages?: unknown; input?: unknown };
  return messages === undefined && input !== undefined;
}

/** Throws GatewayError 400 with `param` as the Responses API does. What only its answers can hold is reported. */
export function responsesBodyRequest(request: ResponsesRequest, options: TranslationOptions): Translation {
  const translation = responsesRequest(request, options);
  const without = [
    ...(request.store === true ? ['store=ignored'] : []),
    ...(asArray(request.include).includes(ENCRYPTED_REASONING) ? ['include=ignored'] : []),
  ];
  return without.length === 0 ? translation : { ...translation, adjusted: [...translation.adjusted, ...without] };
}
