import type { ChatCompletion, ChatCompletionMessage } from 'openai/resources/chat/completions';

import { readAnswerExtras, type AnswerExtras } from '../../answer/answer-extras.ts';
import { readConverseAnswer, type AnswerContent } from '../../answer/answer-content.ts';
import type { DocumentCitation } from '../../answer/citations.ts';
import { withModelMark } from '../../thinking-blocks/signed-thinking.ts';
import { AnswerUsage, type UsageWithThinking, type ThinkingFieldStyle } from '../../answer/answer-usage.ts';
import { usageOfAnswer } from '../../../wire/usage.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { thinkingFieldStyleOf } from '../../generation/extension-fields.ts';
import { toThinkingBlock, type ThinkingBlock } from '../request/chat-thinking.ts';
import { toolCallFields } from './chat-tool-calls.ts';
import { chatFinishReason, chatToolFormatOf, type ChatToolFormat } from '../request/chat-tool-format.ts';
import type { ChatRequest } from '../chat-request.types.ts';

/** OpenAI's message with the thoughts, under the name most clients look for. */
export interface ChatMessage extends ChatCompletionMessage {
  reasoning_content?: string;
  /** The signed thoughts, to be sent back with the message. */
  thinking_blocks?: ThinkingBlock[];
  /** Sources without a URL; those with one are OpenAI's `annotations`. */
  citations?: DocumentCitation[];
}

export interface ChatChoice extends ChatCompletion.Choice {
  message: ChatMessage;
  /** The thoughts once more, for requests that asked by `thinking` or by the model's name. */
  thinking?: string;
}

export interface ChatAnswer extends ChatCompletion, Pick<AnswerExtras, 'guardrail_trace'> {
  choices: ChatChoice[];
  usage: UsageWithThinking;
}

export function chatResponse(
  outputs: readonly ConverseAnswer[],
  request: ChatRequest,
  reply: AnswerOptions,
): ChatAnswer {
  const wording = thinkingFieldStyleOf(request, reply);
  const form = chatToolFormatOf(request);
  const answers = outputs.map(readConverseAnswer);
  const tally = new AnswerUsage();
  for (const output of outputs) tally.addUsage(usageOfAnswer(output));
  for (const { text, reasoning, calls } of answers) {
    tally.addText(text);
    for (const { input } of calls) tally.addText(JSON.stringify(input));
    tally.addReasoning(reasoning);
  }
  return {
    id: `chatcmpl-${reply.id}`,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: answers.map((answer, index) => choice(answer, index, wording, form, reply)),
    usage: tally.toUsage(wording),
    ...readAnswerExtras(outputs),
    ...(request.metadata && { metadata: request.metadata }),
  };
}

function choice(
  { text, reasoning, thoughts, calls, ending, sources, refusal }: AnswerContent,
  index: number,
  wording: ThinkingFieldStyle,
  form: ChatToolFormat,
  reply: AnswerOptions,
): ChatChoice {
  return {
    index,
    message: {
      role: 'assistant',
      content: text === '' && (calls.length > 0 || refusal !== undefined) ? null : text,
      refusal: refusal ?? null,
      ...(reasoning !== '' && { reasoning_content: reasoning }),
      ...(thoughts.length > 0 && {
        thinking_blocks: thoughts.map((thought) => toThinkingBlock(withModelMark(thought, reply.thoughtsBoundTo))),
      }),
      ...toolCallFields(calls, form, reply.keepThoughts),
      ...(sources.annotations.length > 0 && { annotations: sources.annotations }),
      ...(sources.citations.length > 0 && { citations: sources.citations }),
    },
    ...(reasoning !== '' && wording === 'thinking' && { thinking: reasoning }),
    logprobs: null,
    finish_reason: chatFinishReason(ending.chat, calls.length, form),
  };
}
