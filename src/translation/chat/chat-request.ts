import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';

import { Attachments } from '../attachments/attachments.ts';
import { Adjustments } from '../converse/adjustments.ts';
import { textBlock } from '../converse/content.ts';
import { fanOut } from '../converse/fan-out.ts';
import { planGeneration, withFields } from '../converse/generation.ts';
import { reconcileThinking } from '../converse/thinking-and-tools.ts';
import { bindThoughts } from '../converse/thought-history.ts';
import { calledNames } from '../converse/tool-history.ts';
import { planTools, toolWishFor } from '../converse/tools.ts';
import { endTurns, prefillFor, toTurns } from '../converse/turns.ts';
import type { ConverseRequest } from '../converse/wire.ts';
import type { Translation, TranslationContext } from '../dialect.ts';
import { planStructured } from '../structured/structured-plan.ts';
import { withInstructions } from '../structured/structured-prompt.ts';
import { schemaUseOf, withOutputConfig } from '../structured/structured-request.ts';
import { generationWish, unusedBudgetFields, type ExtensionFields } from '../extension-fields.ts';
import { CHAT_PARAMETERS } from '../parameters/chat-parameters.ts';
import { Judge } from '../parameters/judge.ts';
import { withPromptCaching } from '../prompt-caching.ts';
import { withExtensions, type BedrockOnlyFields } from '../request-extensions.ts';
import { readMessages } from './chat-messages.ts';
import { readResponseFormat } from './chat-response-format.ts';
import { toolFormOf } from './chat-tool-form.ts';
import { readTools } from './chat-tools.ts';

/** OpenAI's request; its optional fields may also be null. */
export interface ChatRequest extends ChatCompletionCreateParamsBase, ExtensionFields, BedrockOnlyFields {}

const judge = new Judge(CHAT_PARAMETERS);

/** Throws GatewayError 400 with `param` for what cannot be said in Converse. */
export function chatRequest(request: ChatRequest, context: TranslationContext): Translation {
  const adjustments = new Adjustments();
  judge.judge(request, adjustments);

  const wish = generationWish(request, context);
  for (const field of unusedBudgetFields(request, wish.thinking)) adjustments.ignored(field);

  const { rules } = context.model;
  const { names } = toolFormOf(request);
  const toolWish = toolWishFor(readTools(request, adjustments), rules);
  const attachments = new Attachments(context.model, adjustments, context.fetchedMedia);
  const { system, messages } = readMessages(request.messages, { names, attachments, context }, adjustments);
  const turns = toTurns(messages, rules, 'messages', adjustments);

  const thinking = reconcileThinking(wish.thinking, { choice: toolWish.choice, turns }, rules, adjustments);
  const generation = planGeneration({ ...wish, thinking }, context, adjustments);
  const plan = { rules, thinking: generation.thinking, concessions: context.concessions };
  const structured = planStructured(readResponseFormat(request), toolWish, plan, adjustments);
  const { toolConfig, fields, hints } = planTools(structured.tools, names, calledNames(turns), plan, adjustments);
  const instructions = [...system, ...hints.map(textBlock)];
  const bound = bindThoughts(turns, generation.settings, context.model, adjustments);
  // "Message prefilling: incompatible with JSON outputs" (Anthropic); elsewhere the answer would lack its beginning.
  const prefill = structured.expected ? 'refused' : prefillFor(rules, generation.thinking);
  const ended = endTurns(bound.turns, prefill, 'messages', adjustments);
  const input: ConverseRequest = {
    ...(instructions.length > 0 && { system: instructions }),
    messages: attachments.fit(ended),
    ...withOutputConfig(withFields(bound.settings, fields), structured.outputConfig),
    ...(toolConfig && { toolConfig }),
  };
  const told = withInstructions(input, structured.hints, rules.system ? 'taken' : 'refused');
  const extended = withExtensions(told, request, context, adjustments);
  const whole = withPromptCaching(extended, request, context, adjustments);
  const schemaUse = schemaUseOf(structured, toolConfig);
  return {
    inputs: fanOut([whole], request.n ?? 1, 'n'),
    adjusted: adjustments.list(),
    ...(schemaUse && { schemaUse }),
  };
}
