import type { ChatCompletionAssistantMessageParam } from 'openai/resources/chat/completions';

import { badRequest } from '../../../errors/errors.ts';
import { invalidType } from '../../../limits/field-errors.ts';
import type { Adjustments } from '../../adjustments.ts';
import { textBlock } from '../../content/text-blocks.ts';
import { thoughtBlock, type SignedThought } from '../../thinking-blocks/signed-thinking.ts';
import type { ToolNames } from '../../tools/tool-names.ts';
import type { ContentBlock } from '../../../wire/converse.ts';
import type { TranslationContext } from '../../dialect.ts';
import { readContent } from './chat-content.ts';
import { isCallPart } from './chat-foreign-parts.ts';
import { readThoughts, withoutThoughts } from './chat-thinking.ts';
import { callReferences, readCalls } from './chat-tool-messages.ts';

/** What one message of the assistant is read with. */
interface Reading {
  names: ToolNames;
  /** Id for a deprecated `function_call`, which has none. */
  functionCallId: string;
  context: TranslationContext;
}

/** A message of the assistant as blocks: thoughts, words, refusal, calls, the order in which Claude makes them. */
export function readAssistant(
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
  const content = withoutThoughts(withoutCalls(message.content ?? null));
  const said: unknown = message.refusal ?? '';
  if (typeof said !== 'string') throw invalidType(`${param}.refusal`, 'a string', said);
  return [
    ...thoughtsOf(message, reading.context, adjustments).map(thoughtBlock),
    ...(content === null ? [] : readContent(content, 'assistant', `${param}.content`, adjustments)),
    ...(said === '' ? [] : [textBlock(said)]),
    ...readCalls(message, reading, param, adjustments),
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
  { model, thoughts }: TranslationContext,
  adjustments: Adjustments,
): readonly SignedThought[] {
  const kept = callReferences(message).flatMap(({ id }) => thoughts?.get(id) ?? []);
  return kept.length > 0 ? kept : readThoughts(message, model, adjustments);
}
