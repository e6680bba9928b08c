import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';

import { badRequest } from '../../errors.ts';
import { Adjustments } from '../converse/adjustments.ts';
import { textBlock } from '../converse/content.ts';
import { fanOut } from '../converse/fan-out.ts';
import { planGeneration, withFields } from '../converse/generation.ts';
import { IGNORED_EVERYWHERE, reportIgnored, type IgnoredParameters } from '../converse/ignored-parameters.ts';
import { reconcileThinking } from '../converse/thinking-and-tools.ts';
import { calledNames } from '../converse/tool-history.ts';
import { planTools, toolWishFor } from '../converse/tools.ts';
import { endTurns, prefillFor, toTurns } from '../converse/turns.ts';
import type { ConverseRequest } from '../converse/wire.ts';
import type { Translation, TranslationContext } from '../dialect.ts';
import { planStructured } from '../structured/structured-plan.ts';
import { withInstructions } from '../structured/structured-prompt.ts';
import { schemaUseOf, withOutputConfig } from '../structured/structured-request.ts';
import { generationWish, unusedBudgetFields, type ExtensionFields } from '../extension-fields.ts';
import { readMessages } from './chat-messages.ts';
import { readResponseFormat } from './chat-response-format.ts';
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
  const { system, messages } = readMessages(request.messages, names, rules, adjustments);
  const turns = toTurns(messages, rules, 'messages', adjustments);

  const thinking = reconcileThinking(wish.thinking, { choice: toolWish.choice, turns }, rules, adjustments);
  const generation = planGeneration({ ...wish, thinking }, context, adjustments);
  const plan = { rules, thinking: generation.thinking, concessions: context.concessions };
  const structured = planStructured(readResponseFormat(request), toolWish, plan, adjustments);
  const { toolConfig, fields, hints } = planTools(structured.tools, names, calledNames(turns), plan, adjustments);
  const instructions = [...system, ...hints.map(textBlock)];
  // "Message prefilling: incompatible with JSON outputs" (Anthropic); elsewhere the answer would lack its beginning.
  const prefill = structured.expected ? 'refused' : prefillFor(rules, generation.thinking);
  const input: ConverseRequest = {
    ...(instructions.length > 0 && { system: instructions }),
    messages: endTurns(turns, prefill, 'messages', adjustments),
    ...withOutputConfig(withFields(generation.settings, fields), structured.outputConfig),
    ...(toolConfig && { toolConfig }),
  };
  const told = withInstructions(input, structured.hints, rules.system ? 'taken' : 'refused');
  const schemaUse = schemaUseOf(structured, toolConfig);
  return {
    inputs: fanOut([told], request.n ?? 1, 'n'),
    adjusted: adjustments.list(),
    ...(schemaUse && { schemaUse }),
  };
}

/** An answer without these would look right and be wrong. */
function refuseWhatIsMissing(request: ChatRequest): void {
  if (request.modalities?.includes('audio')) throw badRequest('Models on Bedrock answer in text only.', 'modalities');
  if (request.audio) throw badRequest('Models on Bedrock answer in text only.', 'audio');
  if (request.web_search_options) throw badRequest('Bedrock has no web search.', 'web_search_options');
}
