import { messagesConversationOf } from '../../routing/targets/conversation.ts';
import { messagesWithoutBoundThoughts } from '../../translation/history/foreign-thoughts.ts';
import type { Sending } from '../../bedrock/operations/invoke.service.ts';
import { messagesSizeOf } from '../../routing/quotas/estimates/prompt-size.ts';
import { jsonBody } from '../../bedrock/transport/unsendable.ts';
import type { Route } from '../../models/types/model.ts';
import type { BedrockHeaders } from '../../translation/anthropic/invoke-model/request/messages-headers.ts';
import type { Fields } from '../../wire/json.ts';

/** Returns a body in Anthropic's form as it is sent to the targets of a route. */
export function sendingOf({ model }: Route, body: Fields, headers: BedrockHeaders): Sending {
  const bytes = jsonBody(body);
  return {
    body: bytes,
    headers,
    size: () => messagesSizeOf(body, bytes.length),
    conversation: () => messagesConversationOf(model, body),
    abroad: () => messagesWithoutBoundThoughts(body, model),
  };
}
