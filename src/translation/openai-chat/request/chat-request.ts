import { Attachments } from '../../attachments/attachments.ts';
import { isGiven } from '../../attachments/media-sources.ts';
import { Adjustments } from '../../adjustments.ts';
import { fanOut, requireFewAnswers } from '../../fan-out.ts';
import { toolWishFor } from '../../tools/tools.ts';
import { conversationRequest } from '../../conversation-request.ts';
import type { Translation, TranslationContext } from '../../dialect.ts';
import { generationWish, unusedBudgetFields } from '../../generation/extension-fields.ts';
import { readInstructions } from '../../anthropic/converse/request/messages-content.ts';
import { CHAT_PLACES } from '../../nested-fields/chat-shapes.ts';
import { inspectFields } from '../../nested-fields/inspect-fields.ts';
import { CHAT_PARAMETERS } from '../../parameters/chat-parameters.ts';
import { Judge } from '../../parameters/parameter-checker.ts';
import { DEFAULT_POLICY } from '../../policy.ts';
import { readMessages } from './chat-messages.ts';
import { readResponseFormat } from './chat-response-format.ts';
import { toolFormOf } from './chat-tool-format.ts';
import { readTools } from './tools/chat-tools.ts';
import type { ChatRequest } from '../chat-request.types.ts';

const judge = new Judge(CHAT_PARAMETERS);

/** Throws GatewayError 400 with `param` for what cannot be said in Converse. */
export function chatRequest(request: ChatRequest, context: TranslationContext): Translation {
  const answers = request.n ?? 1;
  requireFewAnswers(answers, 'n');
  const adjustments = new Adjustments();
  judge.judge(request, adjustments);
  inspectFields(request, CHAT_PLACES, context.policy ?? DEFAULT_POLICY, adjustments);

  const wish = generationWish(request, context);
  for (const field of unusedBudgetFields(request, wish.thinking)) adjustments.ignored(field);

  const { names } = toolFormOf(request);
  const tools = toolWishFor(readTools(request, adjustments), context.model.rules);
  const system = isGiven(request.system) ? readInstructions(request.system, 'system') : [];
  const attachments = new Attachments(context.model, adjustments, context.fetchedMedia);
  const conversation = readMessages(request.messages, { names, attachments, context, system }, adjustments);
  const format = readResponseFormat(request);
  const parts = { ...conversation, param: 'messages', wish, tools, names, attachments, format, fields: request };
  const { input, ...rest } = conversationRequest(parts, context, adjustments);
  return {
    inputs: fanOut([input], answers),
    adjusted: adjustments.list(),
    ...rest,
  };
}
