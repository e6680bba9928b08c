import type { TranslationContext, Translation } from '../../dialect.ts';
import {
  ENCRYPTED_REASONING,
  responsesRequest,
  type ResponsesRequest,
} from '../../openai-responses/request/responses-request.ts';
import {
  listOf,
  identitiesOf,
  joinedName,
  toolsOf,
} from '../../openai-responses/request/tools/responses-tool-kinds.ts';
import { toolFormOf as responsesToolFormOf } from '../../openai-responses/request/tools/responses-tool-form.ts';
import type { ToolForm } from './chat-tool-form.ts';

/**
 * Whether a body is one of the Responses API: editors post it to the path of chat and read chunks of chat
 * (Cursor with a key of one's own, BerriAI/litellm#34029).
 */
export function isResponsesBody(body: object): body is ResponsesRequest {
  const { messages, input } = body as { messages?: unknown; input?: unknown };
  return messages === undefined && input !== undefined;
}

/** Throws GatewayError 400 with `param` as the Responses API does. What only its answers can hold is reported. */
export function responsesBodyRequest(request: ResponsesRequest, context: TranslationContext): Translation {
  const translation = responsesRequest(request, context);
  const without = [
    ...(request.store === true ? ['store=ignored'] : []),
    ...(listOf(request.include).includes(ENCRYPTED_REASONING) ? ['include=ignored'] : []),
  ];
  return without.length === 0 ? translation : { ...translation, adjusted: [...translation.adjusted, ...without] };
}

/** Calls of the answer as chat has them: custom tools have calls of their own, all others are functions. */
export function responsesBodyToolForm(request: ResponsesRequest): ToolForm {
  const tools = toolsOf(request).flatMap(({ tool }) => identitiesOf(tool));
  return {
    names: responsesToolFormOf(request).names,
    custom: new Set(tools.filter(({ kind }) => kind === 'custom').map(joinedName)),
    field: 'tool_calls',
  };
}
