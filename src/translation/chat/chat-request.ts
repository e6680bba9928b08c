import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';

import { badRequest } from '../../errors.ts';
import { Attachments } from '../attachments/attachments.ts';
import { Adjustments } from '../converse/adjustments.ts';
import { fanOut } from '../converse/fan-out.ts';
import { planGeneration } from '../converse/generation.ts';
import { prefillFor, toTurns } from '../converse/turns.ts';
import type { ConverseRequest } from '../converse/wire.ts';
import type { Translation, TranslationContext } from '../dialect.ts';
import { generationWish, unusedBudgetFields, type ExtensionFields } from '../extension-fields.ts';
import { CHAT_PARAMETERS } from '../parameters/chat-parameters.ts';
import { Judge } from '../parameters/judge.ts';
import { withPromptCaching } from '../prompt-caching.ts';
import { withExtensions, type BedrockOnlyFields } from '../request-extensions.ts';
import { readMessages } from './chat-messages.ts';

/** OpenAI's request; its optional fields may also be null. */
export interface ChatRequest extends ChatCompletionCreateParamsBase, ExtensionFields, BedrockOnlyFields {}

const judge = new Judge(CHAT_PARAMETERS);

/** Throws GatewayError 400 with `param` for what cannot be said in Converse. */
export function chatRequest(request: ChatRequest, context: TranslationContext): Translation {
  refuseWhatIsMissing(request);
  const adjustments = new Adjustments();
  judge.judge(request, adjustments);

  const wish = generationWish(request, context);
  for (const field of unusedBudgetFields(request, wish.thinking)) adjustments.ignored(field);
  const generation = planGeneration(wish, context, adjustments);

  const { rules } = context.model;
  const attachments = new Attachments(context.model, adjustments, context.fetchedMedia);
  const { system, messages } = readMessages(request.messages, rules, attachments, adjustments);
  const turns = toTurns(messages, prefillFor(rules, generation.thinking), 'messages', adjustments);
  const input: ConverseRequest = {
    ...(system.length > 0 && { system }),
    messages: attachments.fit(turns),
    ...generation.settings,
  };
  const extended = withExtensions(input, request, context, adjustments);
  const whole = withPromptCaching(extended, request, context, adjustments);
  return { inputs: fanOut([whole], request.n ?? 1, 'n'), adjusted: adjustments.list() };
}

/** An answer without these would look right and be wrong. */
function refuseWhatIsMissing(request: ChatRequest): void {
  if (request.tools?.length) throw badRequest('Tools are not supported yet.', 'tools');
  if (request.functions?.length) throw badRequest('Functions are not supported yet.', 'functions');
  if (request.tool_choice && request.tool_choice !== 'none' && request.tool_choice !== 'auto') {
    throw badRequest('tool_choice is only allowed when tools are given.', 'tool_choice');
  }
  if (request.response_format && request.response_format.type !== 'text') {
    throw badRequest('Only response_format of type text is supported yet.', 'response_format.type');
  }
}
