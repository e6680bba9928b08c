import type { ChatCompletionAssistantMessageParam } from 'openai/resources/chat/completions';

import { badRequest } from '../../../errors/errors.ts';
import { invalidType } from '../../../limits/field-errors.ts';
import type { Adjustments } from '../../adjustments.ts';
import { textBlock } from '../../content/text-blocks.ts';
import { toReasoningBlock, type SignedThinking } from '../../thinking-blocks/signed-thinking.ts';
import type { ToolNameMap } from '../../tools/tool-names.ts';
import type { ContentBlock } from '../../../wire/converse.ts';
import type { TranslationOptions } from '../../dialect.ts';
import { readChatText } from './chat-content.ts';
import { isCallPart } from './chat-other-api-parts.ts';
import { readThinking, withoutThinking } from './chat-thinking.ts';
import { chatToolCallRefs, readToolCalls } from './chat-tool-messages.ts';

/** The data that `readAssistantMessage` needs besides the message. */
interface AssistantContext {
  names: ToolNameMap;
  /** Id for the deprecated `function_call`, which has none in OpenAI's API. */
  functionCallId: string;
  options: TranslationOptions;
}

/**
 * Converts an assistant message to Converse blocks in the order in which Claude generates them: thinking, text, refusal,
 * tool calls.
 *
 * @param param - path of the message
 * @throws GatewayError 400 with `param` for an invalid field
 */
export function readAssistantMessage(
  message: ChatCompletionAssistantMessageParam,
  context: AssistantContext,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (message.audio)
    throw badRequest(
      'Audio is not supported in assistant messages. Remove the audio.',
      `${param}.audio`,
      'unsupported_parameter',
    );
  const content = withoutThinking(withoutCalls(message.content ?? null));
  const refusal: unknown = message.refusal ?? '';
  if (typeof refusal !== 'string') throw invalidType(`${param}.refusal`, 'a string', refusal);
  return [
    ...thinkingOf(message, context.options, adjustments).map(toReasoningBlock),
    ...(content === null ? [] : readChatText(content, 'assistant', `${param}.content`, adjustments)),
    ...(refusal === '' ? [] : [textBlock(refusal)]),
    ...readToolCalls(message, context, param, adjustments),
  ];
}

/**
 * Replaces calls among the content parts with empty text, because `readToolCalls` reads them. The other parts keep their
 * index, so that errors report the client's path.
 */
function withoutCalls<Content>(content: Content): Content {
  if (!Array.isArray(content) || !content.some(isCallPart)) return content;
  return content.map((part: unknown) => (isCallPart(part) ? { type: 'text', text: '' } : part)) as Content;
}

/** Returns the stored thinking of the message's calls. Falls back to the client's copy, which the client may have changed. */
function thinkingOf(
  message: ChatCompletionAssistantMessageParam,
  { model, storedThinking }: TranslationOptions,
  adjustments: Adjustments,
): readonly SignedThinking[] {
  const stored = chatToolCallRefs(message).flatMap(({ id }) => storedThinking?.get(id) ?? []);
  return stored.length > 0 ? stored : readThinking(message, model, adjustments);
}
