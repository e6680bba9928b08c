import type { ChatCompletion, ChatCompletionMessage } from 'openai/resources/chat/completions';

import { readAnswerExtras, type AnswerExtras } from '../../answer/answer-extras.ts';
import { readConverseAnswer, type AnswerContent } from '../../answer/answer-content.ts';
import type { DocumentCitation } from '../../answer/citations.ts';
import { withModelMark } from '../../thinking-blocks/signed-thinking.ts';
import { AnswerUsage, type UsageWithThinking, type ThinkingFieldStyle } from '../../answer/answer-usage.ts';
import { usageOfAnswer } from '../../../wire/usage/converse-usage.ts';
import type { ConverseAnswer } from '../../../wire/converse.ts';
import type { AnswerOptions } from '../../dialect.ts';
import { thinkingFieldStyleOf } from '../../generation/extension-fields.ts';
import { toThinkingBlock, type ThinkingBlock } from '../request/chat-thinking.ts';
import { toolCallFields } from './chat-tool-calls.ts';
import { reasoningInclusionOf } from './reasoning-inclusion.ts';
import { chatFinishReason, chatToolFormatOf, type ChatToolFormat } from '../request/chat-tool-format.ts';
import type { ChatRequest } from '../chat-request.types.ts';

/** OpenAI's message with the thinking of the model. */
export interface ChatMessage extends ChatCompletionMessage {
  /** The text of the thinking, in the field that most clients read. */
  reasoning_content?: string;
  /** The signed thinking, which the client sends back with the message. */
  thinking_blocks?: ThinkingBlock[];
  /** Cited documents. Cited URLs are in OpenAI's `annotations`. */
  citations?: DocumentCitation[];
}

/** A choice of an answer. */
export interface ChatChoice extends ChatCompletion.Choice {
  message: ChatMessage;
  /** The text of the thinking, if the request enables it by `thinking` or by the model's name. */
  thinking?: string;
}

/** The response body of the Chat Completions API, with extra fields of the gateway. */
export interface ChatAnswer extends ChatCompletion, Pick<AnswerExtras, 'guardrail_trace'> {
  choices: ChatChoice[];
  usage: UsageWithThinking;
}

/** Converts the answers of all upstream calls to the response body. Each answer is one choice. */
export function chatResponse(
  outputs: readonly ConverseAnswer[],
  request: ChatRequest,
  reply: AnswerOptions,
): ChatAnswer {
  const thinkingStyle = thinkingFieldStyleOf(request, reply);
  const form = chatToolFormatOf(request);
  const inclusion = reasoningInclusionOf(request);
  const answers = outputs.map(readConverseAnswer);
  const answerUsage = new AnswerUsage();
  for (const output of outputs) answerUsage.addUsage(usageOfAnswer(output));
  for (const { text, reasoning, calls } of answers) {
    answerUsage.addText(text);
    for (const { input } of calls) answerUsage.addText(JSON.stringify(input));
    answerUsage.addReasoning(reasoning);
  }
  return {
    id: `chatcmpl-${reply.id}`,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: answers.map((answer, index) => {
      const visible = inclusion === 'omitted' ? withoutReasoning(answer) : answer;
      return choice(visible, index, thinkingStyle, form, reply);
    }),
    usage: answerUsage.toUsage(thinkingStyle),
    ...readAnswerExtras(outputs),
    ...(request.metadata && { metadata: request.metadata }),
  };
}

/** Removes the reasoning from the message. The tool calls keep theirs, which the gateway stores for the next turn. */
function withoutReasoning(answer: AnswerContent): AnswerContent {
  return { ...answer, reasoning: '', thinking: [] };
}

function choice(
  { text, reasoning, thinking, calls, ending, sources, refusal }: AnswerContent,
  index: number,
  thinkingStyle: ThinkingFieldStyle,
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
      ...(thinking.length > 0 && {
        thinking_blocks: thinking.map((block) => toThinkingBlock(withModelMark(block, reply.thinkingBoundTo))),
      }),
      ...toolCallFields(calls, form, reply.saveThinking),
      ...(sources.annotations.length > 0 && { annotations: sources.annotations }),
      ...(sources.citations.length > 0 && { citations: sources.citations }),
    },
    ...(reasoning !== '' && thinkingStyle === 'thinking' && { thinking: reasoning }),
    logprobs: null,
    finish_reason: chatFinishReason(ending.chat, calls.length, form),
  };
}
