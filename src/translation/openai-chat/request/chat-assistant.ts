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
import { isCallPart } from './chat-foreign-parts.ts';
import { readThinking, withoutThinking } from './chat-thinking.ts';
import { chatToolCallRefs, readToolCalls } from './chat-tool-messages.ts';

/** What one message of the assistant is read with. */
interface Reading {
  names: ToolNameMap;
  /** Id for a deprecated `function_call`, which has none. */
  functionCallId: string;
  options: TranslationOptions;
}

/** A message of the assistant as blocks: thoughts, words, refusal, calls, the order in which Claude makes them. */
export function readAssistantMessage(
  message: ChatCompletionAssistantMessageParam,
  reading: Reading,
  param: string,
  adjustments: Adjustments,
): ContentBlock[] {
  if (message.audio)
    throw badRequest(
      'Models on Bedrock answer in text only: remove the audio.',
      `${param}.audio`,
      'unsupported_parameter',
    );
  const content = withoutThinking(withoutCalls(message.content ?? null));
  const said: unknown = message.refusal ?? '';
  if (typeof said !== 'string') throw invalidType(`${param}.refusal`, 'a string', said);
  return [
    ...thoughtsOf(message, reading.options, adjustments).map(toReasoningBlock),
    ...(content === null ? [] : readChatText(content, 'assistant', `${param}.content`, adjustments)),
    ...(said === '' ? [] : [textBlock(said)]),
    ...readToolCalls(message, reading, param, adjustments),
  ];
}

/** Content without the calls in it, which are read as such; what else stands there keeps its place for messages of errors. */
function withoutCalls<Content>(content: Content): Content {
  if (!Array.isArray(content) || !content.some(isCallPart)) return content;
  return content.map((part: unknown) => (isCallPart(part) ? { type: 'text', text: '' } : part)) as Content;
}

/** What was kept for the calls of the message outranks what the client made of it. */
function thoughtsOf(
  message: ChatCompletionAssistantMessageParam,
  { model, thoughts }: TranslationOptions,
  adjustments: Adjustments,
): readonly SignedThinking[] {
  const kept = chatToolCallRefs(message).flatMap(({ id }) => thoughts?.get(id) ?? []);
  return kept.length > 0 ? kept : readThinking(message, model, adjustments);
}
