import { Attachments } from '../../attachments/attachments.ts';
import { hasValue } from '../../attachments/media-sources.ts';
import { Adjustments } from '../../adjustments.ts';
import { fanOut, requireFewAnswers } from '../../fan-out.ts';
import { toolOptionsFor } from '../../tools/tools.ts';
import { toConverseRequest } from '../../conversation-request.ts';
import type { Translation, TranslationOptions } from '../../dialect.ts';
import { readGenerationOptions, unusedBudgetFields } from '../../generation/extension-fields.ts';
import { readSystem } from '../../anthropic/converse/request/messages-content.ts';
import { CHAT_FIELD_SHAPES } from '../../nested-fields/chat-shapes.ts';
import { inspectFields } from '../../nested-fields/inspect-fields.ts';
import { CHAT_PARAMETERS } from '../../parameters/chat-parameters.ts';
import { ParameterChecker } from '../../parameters/parameter-checker.ts';
import { DEFAULT_POLICY } from '../../policy.ts';
import { readMessages } from './chat-messages.ts';
import { readResponseFormat } from './chat-response-format.ts';
import { chatToolFormatOf } from './chat-tool-format.ts';
import { readChatTools } from './tools/chat-tools.ts';
import type { ChatRequest } from '../chat-request.types.ts';

const checker = new ParameterChecker(CHAT_PARAMETERS);

/**
 * Converts a request to Converse.
 *
 * @throws GatewayError 400 with `param` if a field is invalid or the model cannot take it
 */
export function chatRequest(request: ChatRequest, options: TranslationOptions): Translation {
  const answers = request.n ?? 1;
  requireFewAnswers(answers, 'n');
  const adjustments = new Adjustments();
  checker.check(request, adjustments);
  inspectFields(request, CHAT_FIELD_SHAPES, options.policy ?? DEFAULT_POLICY, adjustments);

  const generationOptions = readGenerationOptions(request, options);
  for (const field of unusedBudgetFields(request, generationOptions.thinking)) adjustments.ignored(field);

  const { names } = chatToolFormatOf(request);
  const tools = toolOptionsFor(readChatTools(request, adjustments), options.model.rules);
  const system = hasValue(request.system) ? readSystem(request.system, 'system') : [];
  const attachments = new Attachments(options.model, adjustments, options.fetchedMedia);
  const conversation = readMessages(request.messages, { names, attachments, options, system }, adjustments);
  const format = readResponseFormat(request);
  const prepared = {
    ...conversation,
    param: 'messages',
    generationOptions,
    tools,
    names,
    attachments,
    format,
    fields: request,
  };
  const { input, ...rest } = toConverseRequest(prepared, options, adjustments);
  return {
    inputs: fanOut([input], answers),
    adjusted: adjustments.list(),
    ...rest,
  };
}
