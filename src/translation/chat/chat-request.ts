import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';

import { badRequest } from '../../errors.ts';
import { Attachments } from '../attachments/attachments.ts';
import { Adjustments } from '../converse/adjustments.ts';
import { textBlock } from '../converse/content.ts';
import { fanOut } from '../converse/fan-out.ts';
import { planGeneration, withFields } from '../converse/generation.ts';
import { IGNORED_EVERYWHERE, reportIgnored, type IgnoredParameters } from '../converse/ignored-parameters.ts';
import { reconcileThinking } from '../converse/thinking-and-tools.ts';
import { bindThoughts } from '../converse/thought-history.ts';
import { calledNames } from '../converse/tool-history.ts';
import { planTools, toolWishFor } from '../converse/tools.ts';
import { endTurns, prefillFor, toTurns } from '../converse/turns.ts';
import type { ConverseRequest } from '../converse/wire.ts';
import type { Translation, TranslationContext } from '../dialect.ts';
import { generationWish, unusedBudgetFields, type ExtensionFields } from '../extension-fields.ts';
import { readMessages } from './chat-messages.ts';
import { toolFormOf } from './chat-tool-form.ts';
import { readTools } from './chat-tools.ts';

/** OpenAI's request; its optional fields may also be null. */
export interface ChatRequest extends ChatCompletionCreateParamsBase, ExtensionFields {}

/**
 * What Bedrock cannot be told and an answer can do without. Not reported because they never touch
 * the answer: user, safety_identifier, prompt_cache_key, and tool settings where there are no tools.
 */
const IGNORED: IgnoredParameters = {
  ...IGNORED_EVERYWHERE,
  logprobs: [false],
  top_logprobs: [0],
  prediction: [],
  verbosity: ['medium'],
  service_tier: ['auto', 'default'],
  store: [false],
  metadata: [],
  moderation: [],
  prompt_cache_options: [],
  prompt_cache_retention: [],
};

/** Throws GatewayError 400 with `param` for what cannot be said in Converse. */
export function chatRequest(request: ChatRequest, context: TranslationContext): Translation {
  refuseWhatIsMissing(request);
  const adjustments = new Adjustments();
  reportIgnored(request, IGNORED, adjustments);

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
  const plan = { rules, thinking: generation.thinking };
  const { toolConfig, fields, hints } = planTools(toolWish, names, calledNames(turns), plan, adjustments);
  const instructions = [...system, ...hints.map(textBlock)];
  const bound = bindThoughts(turns, generation.settings, context.model, adjustments);
  const ended = endTurns(bound.turns, prefillFor(rules, generation.thinking), 'messages', adjustments);
  const input: ConverseRequest = {
    ...(instructions.length > 0 && { system: instructions }),
    messages: attachments.fit(ended),
    ...withFields(bound.settings, fields),
    ...(toolConfig && { toolConfig }),
  };
  return { inputs: fanOut([input], request.n ?? 1, 'n'), adjusted: adjustments.list() };
}

/** An answer without these would look right and be wrong. */
function refuseWhatIsMissing(request: ChatRequest): void {
  if (request.response_format && request.response_format.type !== 'text') {
    throw badRequest('Only response_format of type text is supported yet.', 'response_format.type');
  }
  if (request.modalities?.includes('audio')) throw badRequest('Models on Bedrock answer in text only.', 'modalities');
  if (request.audio) throw badRequest('Models on Bedrock answer in text only.', 'audio');
  if (request.web_search_options) throw badRequest('Bedrock has no web search.', 'web_search_options');
}
